"""Fields for numbers of businesses and banks: what is wrong is said with an example."""

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import Length, ValidationError

from portal.billing.legal_numbers import LegalNumberMalformed, check_number
from portal.web.forms import NoCardNumber, TextLine

# Looks like the id of an authority: coarse and fine address, two check digits.
LEITWEG = re.compile(r"[0-9]{2,12}(-[0-9A-Za-z]{1,30})?-[0-9]{2}")
TOO_LONG = _l("Use at most %(max)d characters.")


class NumberOf:
    """Refuses what is no such number, and stores the others in their own spelling."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __call__(self, form: Any, field: Field) -> None:
        try:
            field.data = check_number(self.kind, field.data or "")
        except LegalNumberMalformed as error:
            example = error.details["example"]
            wrong = gettext("This number is not valid. An example: %(example)s", example=example)
            raise ValidationError(wrong) from error


def business_fields(country: str) -> dict[str, Any]:
    """What companies and authorities of a country need on invoices they receive, by column.

    France: the buyer's SIREN (décret 2022-1299). Germany: the reference of an authority
    (BT-10 of XRechnung), which is checked where it is a Leitweg-ID.
    """
    if country == "FR":
        return {"siren": number_field(_l("SIREN or SIRET"), 20, NumberOf("siren"))}
    if country == "DE":
        label = _l("Buyer reference or Leitweg-ID")
        return {"buyer_reference": short_text(label, 100, leitweg_or_anything)}
    return {}


def leitweg_or_anything(form: Any, field: Field) -> None:
    if LEITWEG.fullmatch(field.data or ""):
        NumberOf("leitweg")(form, field)


def short_text(label: Any, longest: int, *more: Any) -> TextLine:
    """One line of free text."""
    length = Length(max=longest, message=TOO_LONG)
    return TextLine(label, validators=[*more, length, NoCardNumber()])


def number_field(label: Any, longest: int, *more: Any) -> TextLine:
    """One line for a number. Some IBANs and every SIRET would pass for card numbers."""
    return TextLine(label, validators=[*more, Length(max=longest, message=TOO_LONG)])
