"""What is typed about a coupon, and what it means."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput

from portal.billing.coupons import MOST_MONTHS, CouponDuration
from portal.billing.merchants import Merchant
from portal.billing.products import Product
from portal.web.choices import currencies
from portal.web.dashboard.billing_fields import AmountField, refuse
from portal.web.forms import Choice, Day, Form, NoCardNumber, TextLine, WholeNumber
from portal.web.zone import moment

PERCENT, AMOUNT = "percent", "amount"
LONGEST_NAME = 40
MOST_REDEMPTIONS = 999_999
# Up to two decimals, with either mark.
SHARE = re.compile(r"[0-9]{1,3}([.,][0-9]{1,2})?")


class Products(SelectMultipleField):
    """Some of the catalogue, each with a box of its own."""

    option_widget = CheckboxInput()


def redemptions(label: Any) -> WholeNumber:
    words = _l("Enter a number between 1 and 999,999.")
    return WholeNumber(label, validators=[Optional(), NumberRange(1, MOST_REDEMPTIONS, words)])


def last_day(label: Any) -> Day:
    return Day(label, validators=[Optional(), _not_over])


def _not_over(form: Any, field: Any) -> None:
    if field.data and field.data < form.merchant.day(moment()):
        raise ValidationError(_("Choose a day in the future."))


class CouponForm(Form):
    """A coupon as it is made; it never changes afterwards."""

    name = TextLine(
        _l("Name"),
        validators=[
            InputRequired(_l("Enter a name.")),
            Length(max=LONGEST_NAME, message=_l("Use at most 40 characters.")),
            NoCardNumber(),
        ],
    )
    kind = RadioField(
        _l("What it takes off"),
        choices=[
            SelectChoice(PERCENT, _l("A percentage")),
            SelectChoice(AMOUNT, _l("An amount")),
        ],
        default=PERCENT,
        validators=[InputRequired(_l("Choose a percentage or an amount."))],
    )
    percent_off = TextLine(_l("Percentage"))
    amount_off = AmountField(_l("Amount"))
    currency = Choice(_l("Currency"))
    duration = RadioField(
        _l("How long it counts"),
        choices=[
            SelectChoice(CouponDuration.ONCE.value, _l("For one invoice")),
            SelectChoice(CouponDuration.REPEATING.value, _l("For some months")),
            SelectChoice(CouponDuration.FOREVER.value, _l("For as long as it runs")),
        ],
        default=CouponDuration.ONCE.value,
        validators=[InputRequired(_l("Choose how long it counts."))],
    )
    duration_in_months = WholeNumber(
        _l("Months"),
        validators=[
            Optional(),
            NumberRange(1, MOST_MONTHS, _l("Enter a number between 1 and 120.")),
        ],
    )
    redeem_by = last_day(_l("Can be redeemed until"))
    max_redemptions = redemptions(_l("How often it can be redeemed"))
    products = Products(_l("Products"))

    def offer(self, merchant: Merchant) -> "CouponForm":
        """Fill in what depends on the reader and the merchant."""
        self.merchant = merchant
        self.currency.choices = currencies()
        self.currency.data = self.currency.data or merchant.currency
        self.products.choices = [
            SelectChoice(product.id, product.name) for product in Product.offered(merchant)
        ]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        # All of them, so that everything that is wrong is said at once.
        is_shaped = super().validate(extra_validators)
        return all([self._reduces(), self._lasts(), is_shaped])

    @property
    def given(self) -> dict[str, Any]:
        """What `Coupon.publish` takes. Only after `validate`."""
        is_percent = self.kind.data == PERCENT
        is_repeating = self.duration.data == CouponDuration.REPEATING
        return {
            "name": self.name.data,
            "percent_off": hundredths(self.percent_off.data) if is_percent else None,
            "amount_off": None if is_percent else self.amount_off.minor,
            "currency": None if is_percent else self.currency.data,
            "duration": CouponDuration(self.duration.data),
            "duration_in_months": self.duration_in_months.data if is_repeating else None,
            "redeem_by": end_of(self.redeem_by.data, self.merchant),
            "max_redemptions": self.max_redemptions.data,
            "products": self.products.data or [],
        }

    def _reduces(self) -> bool:
        if self.kind.data == PERCENT:
            return self._reduces_by_percent()
        if self.kind.data == AMOUNT and not self.currency.errors:
            return self._reduces_by_amount()
        return False

    def _reduces_by_percent(self) -> bool:
        if hundredths(self.percent_off.data):
            return True
        refuse(self.percent_off, _("Enter a percentage above 0 and up to 100."))
        return False

    def _reduces_by_amount(self) -> bool:
        if self.amount_off.check(self.currency.data):
            return True
        if not self.amount_off.errors:
            refuse(self.amount_off, _("Enter an amount above zero."))
        return False

    def _lasts(self) -> bool:
        if self.duration.data != CouponDuration.REPEATING or self.duration_in_months.data:
            return True
        if not self.duration_in_months.errors:
            refuse(self.duration_in_months, _("Enter for how many months it counts."))
        return False


def hundredths(text: str | None) -> int | None:
    """Hundredths of a percent: "12,5" → 1250. None for what is no share above 0, up to 100."""
    if not SHARE.fullmatch(text or ""):
        return None
    share = int(Decimal((text or "").replace(",", ".")) * 100)
    return share if 1 <= share <= 10_000 else None


def end_of(day: date | None, merchant: Merchant) -> datetime | None:
    """The moment after a day's last one, where the merchant is."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=merchant.zone)
