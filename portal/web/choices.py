"""Lists to choose from that many forms share, in the reader's language and order."""

import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from wtforms import SelectChoice

from portal.accounts.countries import time_zones
from portal.addresses import COUNTRIES
from portal.billing.money import EXPONENTS
from portal.formatting import country_name, currency_name
from portal.web.locale import NAMES, language


def countries() -> list[SelectChoice]:
    return [SelectChoice(code, name) for code, name in _named(country_name, language())]


def currencies() -> list[SelectChoice]:
    """By code, which is how people look for one: "EUR · Euro"."""
    names = {code: currency_name(code, language()) for code in sorted(EXPONENTS)}
    return [SelectChoice(code, f"{code} · {name}") for code, name in names.items()]


def zones() -> list[SelectChoice]:
    return [SelectChoice(name, name.replace("_", " ")) for name in time_zones()]


def languages() -> list[SelectChoice]:
    return [SelectChoice(code, name) for code, name in NAMES.items()]


@lru_cache(maxsize=8)
def _named(name_of: Callable[[str, str], str], locale: str) -> Iterable[tuple[str, str]]:
    names = [(code, name_of(code, locale)) for code in COUNTRIES]
    return tuple(sorted(names, key=lambda pair: _plain(pair[1])))


def _plain(text: str) -> str:
    """For sorting: "Österreich" beside "Oman", not after "Zypern"."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
