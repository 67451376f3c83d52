"""New promotion codes in front of a coupon."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import Length

from portal.billing.coupon_errors import PromotionCodeMalformed, PromotionCodeTaken
from portal.billing.coupons import Coupon, PromotionCode
from portal.billing.customers import Customer
from portal.billing.merchants import Merchant
from portal.web.dashboard.billing_fields import AmountField, refuse
from portal.web.dashboard.coupon_form import end_of, last_day, redemptions
from portal.web.dashboard.scope import the_coupon, the_merchant
from portal.web.errors import refusal
from portal.web.forms import Form, NoCardNumber, TextLine
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("promotion_codes", __name__, url_prefix="/coupons/<coupon_id>/promotion-codes")
LONGEST_CODE = 40
LONGEST_WHO = 254


class PromotionCodeForm(Form):
    code = TextLine(
        _l("Code"),
        validators=[
            Length(max=LONGEST_CODE, message=_l("Use at most 40 characters.")),
            NoCardNumber(),
        ],
    )
    expires_on = last_day(_l("Can be used until"))
    max_redemptions = redemptions(_l("How often it can be used"))
    minimum_amount = AmountField(_l("Minimum amount"))
    is_first_time_only = BooleanField(_l("First-time customers only"))
    customer = TextLine(_l("For one customer only"), validators=[Length(max=LONGEST_WHO)])

    def validate(self, extra_validators: Any = None) -> bool:
        is_shaped = super().validate(extra_validators)
        return all([self._knows_minimum(), self._knows_customer(), is_shaped])

    def offer(self, merchant: Merchant, currency: str) -> "PromotionCodeForm":
        self.merchant, self.currency = merchant, currency
        return self

    @property
    def given(self) -> dict[str, Any]:
        """What `PromotionCode.publish` takes. Only after `validate`."""
        minimum = self.minimum_amount.minor
        return {
            "code": self.code.data,
            "expires_at": end_of(self.expires_on.data, self.merchant),
            "max_redemptions": self.max_redemptions.data,
            "minimum_amount": minimum,
            "minimum_amount_currency": self.currency if minimum else None,
            "is_first_time_only": bool(self.is_first_time_only.data),
            "customer": self.found,
        }

    def _knows_minimum(self) -> bool:
        least = self.minimum_amount.check(self.currency)
        if least == 0:
            refuse(self.minimum_amount, _("Enter an amount above zero."))
        return not self.minimum_amount.errors

    def _knows_customer(self) -> bool:
        """An address or an id; the newest of several with one address, as everywhere."""
        self.found: Customer | None = None
        who = (self.customer.data or "").strip()
        if not who:
            return True
        self.found = (
            Customer.select()
            .where((Customer.merchant == self.merchant) & who_is(who))
            .order_by(Customer.id.desc())
            .first()
        )
        if self.found is None:
            refuse(self.customer, _("No customer has this address or ID."))
        return self.found is not None


def who_is(who: str) -> Any:
    return (Customer.email == who.lower()) | (Customer.id == who)


@bp.get("/new")
def new(coupon_id: str) -> Any:
    coupon = the_coupon(coupon_id)
    return _form_page(coupon, _form(coupon))


@bp.post("")
def create(coupon_id: str) -> Any:
    coupon = the_coupon(coupon_id)
    form = _form(coupon)
    if form.validate():
        try:
            made = PromotionCode.publish(coupon, at=moment(), **form.given)
        except (PromotionCodeMalformed, PromotionCodeTaken) as refused:
            refuse(form.code, refusal(refused))
        else:
            url = url_for("dashboard.coupons.show", coupon_id=coupon.id)
            return see(url, _("Customers can use the code %(code)s now.", code=made.code))
    return _form_page(coupon, form, status=422)


def _form(coupon: Coupon) -> PromotionCodeForm:
    merchant = the_merchant()
    return PromotionCodeForm().offer(merchant, coupon.currency or merchant.currency)


def _form_page(coupon: Coupon, form: PromotionCodeForm, status: int = 200) -> Any:
    return render_page(
        "dashboard/promotion_codes/new.html", status=status, coupon=coupon, form=form
    )
