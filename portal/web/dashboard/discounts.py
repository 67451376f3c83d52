"""A discount given to a customer or to one of their subscriptions, by the merchant."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.billing import discounts
from portal.billing.coupon_rules import require_fitting
from portal.billing.coupons import Coupon
from portal.billing.customers import Customer
from portal.billing.errors import BillingError
from portal.billing.subscriptions import Subscription
from portal.web.coupon_words import coupon_words
from portal.web.dashboard.scope import the_customer, the_merchant, the_subscription
from portal.web.errors import refusal
from portal.web.forms import Form
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("discounts", __name__, url_prefix="/customers/<customer_id>/discounts")
MOST_COUPONS = 100


class DiscountForm(Form):
    coupon = RadioField(_l("Coupon"), validators=[InputRequired(_l("Choose a coupon."))])

    def offer(self, customer: Customer, subscription: Subscription | None) -> "DiscountForm":
        """Those that can reduce something there."""
        self.coupons = {
            coupon.id: coupon
            for coupon in Coupon.givable(the_merchant(), moment()).limit(MOST_COUPONS)
            if fits(coupon, customer, subscription)
        }
        self.coupon.choices = [
            SelectChoice(coupon.id, coupon.name) for coupon in self.coupons.values()
        ]
        return self


@bp.get("/new")
def new(customer_id: str) -> Any:
    customer = the_customer(customer_id)
    subscription = subscription_of(customer, request.args.get("subscription_id", ""))
    return _form_page(customer, subscription, DiscountForm().offer(customer, subscription))


@bp.post("")
def create(customer_id: str) -> Any:
    customer, at = the_customer(customer_id), moment()
    subscription = subscription_of(customer, request.form.get("subscription_id", ""))
    form = DiscountForm().offer(customer, subscription)
    if form.validate():
        try:
            discounts.give(form.coupons[form.coupon.data], customer, subscription, at=at)
        except BillingError as refused:
            form.form_errors.append(refusal(refused))
        else:
            return see(place(customer, subscription), _("The discount counts from now on."))
    return _form_page(customer, subscription, form, status=422)


def subscription_of(customer: Customer, subscription_id: str) -> Subscription | None:
    """The subscription that was named, None where none was; another customer's is 404."""
    if not subscription_id:
        return None
    subscription = the_subscription(subscription_id)
    the_customer(customer.id if subscription.customer_id == customer.id else "")
    return subscription


def fits(coupon: Coupon, customer: Customer, subscription: Subscription | None) -> bool:
    try:
        require_fitting(coupon, customer, subscription)
    except BillingError:
        return False
    return True


def place(customer: Customer, subscription: Subscription | None) -> str:
    """The page on which the discount is shown."""
    if subscription:
        return url_for("dashboard.subscriptions.show", subscription_id=subscription.id)
    return url_for("dashboard.customers.show", customer_id=customer.id)


def _form_page(
    customer: Customer, subscription: Subscription | None, form: DiscountForm, status: int = 200
) -> Any:
    found = discounts.in_force([subscription.id] if subscription else [], [customer.id], moment())
    return render_page(
        "dashboard/discounts/new.html",
        status=status,
        customer=customer,
        subscription=subscription,
        product=subscription.item.price.product if subscription else None,
        form=form,
        notes={coupon.id: coupon_words(coupon) for coupon in form.coupons.values()},
        earlier=found.by_subscription.get(subscription.id)
        if subscription
        else found.by_customer.get(customer.id),
        back=place(customer, subscription),
    )
