"""What a merchant of a country begins with: currency, time zone, language."""

from datetime import date
from functools import cache
from zoneinfo import available_timezones

from babel.core import get_global
from babel.numbers import get_territory_currencies

from portal.billing.money import EXPONENTS

# Countries with several time zones: the one that most people there live in.
MAIN_ZONES = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kiev",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}
LANGUAGES = {
    **dict.fromkeys(("DE", "AT", "CH", "LI"), "de"),
    **dict.fromkeys(("FR", "MC", "LU", "RE", "GP", "MQ", "GF", "YT"), "fr"),
}
ELSEWHERE = "UTC"


def time_zone_of(country: str) -> str:
    """The time zone that most of a country lives in; UTC where none is known."""
    zones = get_global("territory_zones").get(country, [])
    return MAIN_ZONES.get(country) or next(iter(zones), ELSEWHERE)


def currency_of(country: str, on: date) -> str:
    """The currency that a country pays in on that day; euro where none is known."""
    paid_in = get_territory_currencies(country, start_date=on)
    return next((code for code in paid_in if code in EXPONENTS), "EUR")


def language_of(country: str) -> str:
    return LANGUAGES.get(country, "en")


@cache
def time_zones() -> tuple[str, ...]:
    """The zones that a country lives in, by name."""
    named = {*MAIN_ZONES.values(), *get_global("zone_territories")} & available_timezones()
    return (*sorted(name for name in named if not name.startswith("Etc/")), ELSEWHERE)
