"""The fields of a postal address, as its country's post wants them.

A form is made for one country: its fields, their order and their names follow from it.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from types import MappingProxyType

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, SelectChoice
from wtforms.validators import InputRequired

from portal.addresses import (
    COUNTRIES,
    INVALID,
    REQUIRED,
    AddressFormat,
    address_errors,
    address_format,
    tidy_address,
)
from portal.billing.addresses import Address
from portal.formatting import country_name
from portal.web.forms import Choice, NoCardNumber, TextLine
from portal.web.locale import language

STATE_LABELS = {
    "province": _l("Province"),
    "state": _l("State"),
    "county": _l("County"),
    "department": _l("Department"),
    "island": _l("Island"),
    "prefecture": _l("Prefecture"),
}
OTHER_STATE_LABEL = _l("Region")
CITY_LABELS = {
    "post_town": _l("Town"),
    "suburb": _l("Suburb"),
    "district": _l("District"),
}
POSTAL_CODE_LABELS = {
    "zip": _l("ZIP code"),
    "eircode": _l("Eircode"),
    "pin": _l("PIN code"),
}
AUTOCOMPLETE: Mapping[str, str] = MappingProxyType(
    {
        "country": "country",
        "line1": "address-line1",
        "line2": "address-line2",
        "postal_code": "postal-code",
        "city": "address-level2",
        "state": "address-level1",
    }
)
FULL_WIDTH = frozenset({"country", "line1", "line2"})


def fields_for(
    country: str, *, prefix: str = "", section: str = "billing", needs_country: bool = False
) -> dict[str, Field]:
    """The fields by name, the country first. `section` is the autocomplete token's ("shipping").

    Without `needs_country` none may be chosen, as long as the rest is empty, too.
    """
    asked = address_format(country)
    fields = {"country": _country(needs_country)}
    for part in asked.fields:
        fields[part] = _field(part, asked)
    for part, field in fields.items():
        field.kwargs["render_kw"] = {"autocomplete": f"{section} {AUTOCOMPLETE[part]}"}
    return {prefix + part: field for part, field in fields.items()}


def rows_of(form: Form, prefix: str = "") -> list[list[Field]]:
    """The fields in order, with the short ones that follow each other in one row."""
    rows: list[list[Field]] = []
    for field in form:
        part = field.name.removeprefix(prefix)
        if prefix + part != field.name or part not in AUTOCOMPLETE:
            continue
        is_short = part not in FULL_WIDTH
        if is_short and rows and rows[-1][-1].name.removeprefix(prefix) not in FULL_WIDTH:
            rows[-1].append(field)
        else:
            rows.append([field])
    return rows


def address_in(form: Form, prefix: str = "") -> Address:
    """What was typed, tidied. Parts that the country does not have are empty."""
    typed = {part: form[prefix + part].data or "" for part in AUTOCOMPLETE if prefix + part in form}
    return tidy_address(Address(**typed))


def columns_of(address: Address, prefix: str = "") -> dict[str, str]:
    """The address by the names of a record's columns."""
    return {prefix + part: value for part, value in asdict(address).items()}


def complete(form: Form, prefix: str = "") -> bool:
    """Say at the fields what is wrong with the address; none at all is well."""
    address = address_in(form, prefix)
    problems = address_errors(address) if address else {}
    for part, problem in problems.items():
        if prefix + part in form and not form[prefix + part].errors:
            field = form[prefix + part]
            field.errors = [_problem(part, problem, address.country)]
    return not problems


@lru_cache(maxsize=8)
def countries_in(locale: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of all countries, sorted as people of that language look them up."""

    def plain(country: tuple[str, str]) -> str:
        """ "Österreich" beside "Oman", not after "Zypern"."""
        letters = unicodedata.normalize("NFKD", country[1]).encode("ascii", "ignore")
        return letters.decode().casefold()

    return tuple(sorted(((code, country_name(code, locale)) for code in COUNTRIES), key=plain))


def country_choices() -> list[SelectChoice]:
    return [SelectChoice(code, name) for code, name in countries_in(language())]


def _country(is_needed: bool) -> Field:
    if is_needed:
        wanted = [InputRequired(_l("Choose a country."))]
        return Choice(_l("Country"), choices=country_choices, validators=wanted)
    return Choice(_l("Country"), choices=_countries_or_none, default="")


def _countries_or_none() -> list[SelectChoice]:
    return [SelectChoice("", gettext("Choose a country")), *country_choices()]


def _field(part: str, asked: AddressFormat) -> Field:
    match part:
        case "line1":
            return _text(_l("Street and number"))
        case "line2":
            return _text(_l("Address line 2"))
        case "postal_code":
            return _text(POSTAL_CODE_LABELS.get(asked.postal_code_type, _l("Postal code")))
        case "city":
            return _text(CITY_LABELS.get(asked.city_type, _l("City")))
    label = STATE_LABELS.get(asked.state_type, OTHER_STATE_LABEL)
    if not asked.states:
        return _text(label)
    listed = [SelectChoice(code, name) for code, name in asked.states]
    return Choice(label, choices=[SelectChoice("", gettext("Please choose")), *listed], default="")


def _text(label: object) -> Field:
    return TextLine(label, validators=[NoCardNumber()])


def _problem(part: str, problem: str, country: str) -> str:
    if problem == REQUIRED:
        return gettext("Please fill this in.")
    if problem == INVALID and part == "postal_code":
        example = address_format(country).postal_code_example
        return gettext(
            "This is not a postal code there. One looks like this: %(example)s", example=example
        )
    if problem == INVALID:
        return gettext("This is not valid.")
    return gettext("This is too long.")
