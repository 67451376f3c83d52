"""Lists to choose from that many forms share, in the reader's language and order."""

from wtforms import SelectChoice

from portal.accounts.countries import time_zones
from portal.billing.money import EXPONENTS
from portal.formatting import currency_name
from portal.web.address_fields import countries_in
from portal.web.locale import NAMES, language


def countries() -> list[SelectChoice]:
    return [SelectChoice(code, name) for code, name in countries_in(language())]


def currencies() -> list[SelectChoice]:
    """By code, which is how people look for one: "EUR · Euro"."""
    names = {code: currency_name(code, language()) for code in sorted(EXPONENTS)}
    return [SelectChoice(code, f"{code} · {name}") for code, name in names.items()]


def zones() -> list[SelectChoice]:
    return [SelectChoice(name, name.replace("_", " ")) for name in time_zones()]


def languages() -> list[SelectChoice]:
    return [SelectChoice(code, name) for code, name in NAMES.items()]
