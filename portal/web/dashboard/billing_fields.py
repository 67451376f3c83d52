"""Fields for amounts and counts, in the reader's way of writing them."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from portal.billing.contract_terms import MOST_MONTHS, MOST_NOTICE_DAYS
from portal.billing.money import MAX_AMOUNT
from portal.formatting import NotAnAmount, amount_digits, parse_amount
from portal.web.forms import WholeNumber
from portal.web.locale import language

LONGEST_AMOUNT = 32
MOST_UNITS = 999_999
MOST_TRIAL_DAYS = 730
MOST_DAYS_UNTIL_DUE = 365


class AmountField(StringField):
    """Money as the reader types it. `minor` holds minor units once it was checked."""

    minor: int | None = None

    def check(self, currency: str) -> int | None:
        """Minor units of `currency`; an error at the field for what is no amount."""
        text = (self.data or "").strip()
        if not text:
            return None
        try:
            if len(text) > LONGEST_AMOUNT:
                raise NotAnAmount(text)
            self.minor = parse_amount(text, currency, language())
            if self.minor > MAX_AMOUNT:
                raise NotAnAmount(text)
        except NotAnAmount:
            self.minor = None
            example = amount_digits(123450, currency, language())
            refuse(self, gettext("Enter an amount such as %(example)s.", example=example))
        return self.minor


def quantity(default: int | None = 1) -> WholeNumber:
    words = _l("Enter a number between 1 and 999,999.")
    return WholeNumber(
        _l("Quantity"),
        default=default,
        validators=[InputRequired(words), NumberRange(1, MOST_UNITS, words)],
    )


def days_until_due(default: int = 14) -> WholeNumber:
    words = _l("Enter a number between 0 and 365.")
    return WholeNumber(
        _l("Days until due"),
        default=default,
        validators=[Optional(), NumberRange(0, MOST_DAYS_UNTIL_DUE, words)],
    )


def trial_days() -> WholeNumber:
    words = _l("Enter a number between 0 and 730.")
    return WholeNumber(
        _l("Trial days"), validators=[Optional(), NumberRange(0, MOST_TRIAL_DAYS, words)]
    )


def minimum_term() -> WholeNumber:
    words = _l("Enter a number of months between 0 and 120.")
    return WholeNumber(
        _l("Minimum term in months"), validators=[Optional(), NumberRange(0, MOST_MONTHS, words)]
    )


def notice_days() -> WholeNumber:
    words = _l("Enter a number of days between 0 and 365.")
    return WholeNumber(
        _l("Notice period in days"),
        validators=[Optional(), NumberRange(0, MOST_NOTICE_DAYS, words)],
    )


def refuse(field: Any, words: str) -> None:
    """Put an error at a field after the form was validated."""
    field.errors = [*field.errors, words]
