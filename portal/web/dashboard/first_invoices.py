"""A subscription is begun in two steps: its first invoice is shown, then confirmed."""

from datetime import date, datetime, time
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal import gateways
from portal.billing.collecting import collect
from portal.billing.coupons import Coupon
from portal.billing.customers import Customer
from portal.billing.errors import BillingError
from portal.billing.estimates import Estimate, estimate_first_invoice
from portal.billing.gateway import PaymentStatus
from portal.billing.payment_methods import PaymentMethod
from portal.billing.products import Price
from portal.billing.subscribing import end_of_trial, subscribe
from portal.billing.subscription_status import CollectionMethod, TrialEndAction
from portal.billing.subscriptions import Subscription
from portal.ids import new_id
from portal.web.dashboard import quotes
from portal.web.dashboard.scope import the_coupon, the_customer, the_merchant, the_price
from portal.web.errors import refusal
from portal.web.pages import money, render_page, see

KIND = "subscription"
CHOSEN = (
    *("price", "quantity", "trial_days", "collection", "days_until_due", "free_until"),
    *("coupon", "minimum_term_months", "notice_days", "trial_end_action"),
)


def preview(
    customer: Customer,
    chosen: dict[str, Any],
    *,
    at: datetime,
    status: int = 200,
    notice: str = "",
) -> Any:
    """The page that shows what will happen. Raises as `estimate_first_invoice` does."""
    price = the_price(chosen["price"])
    found = _estimate(customer, price, chosen, at)
    quote = quotes.give(
        KIND,
        at=at,
        id=chosen.get("id") or new_id(Subscription.PREFIX, at),
        customer=customer.id,
        total=found.total,
        **{name: chosen[name] for name in CHOSEN},
    )
    trial_end = end_of_trial(price, chosen["trial_days"], at=at, free_until=free_until(chosen))
    return render_page(
        "dashboard/subscriptions/preview.html",
        status=status,
        notice_text=notice,
        customer=customer,
        price=price,
        chosen=chosen,
        estimate=found,
        trial_end=trial_end,
        balance_used=0 if trial_end else min(customer.balance, found.total),
        coupon=coupon_of(chosen),
        method=PaymentMethod.default_of(customer),
        is_charged=chosen["collection"] == CollectionMethod.CHARGE_AUTOMATICALLY,
        quote=quote,
    )


def confirm(given: str, *, at: datetime) -> Any:
    """Do what was quoted, and show it; None where there is no quote to go by."""
    quote = quotes.take(KIND, given)
    if quote is None:
        return None
    customer, price = the_customer(quote["customer"]), the_price(quote["price"])
    try:
        if not quotes.is_fresh(quote, at=at):
            words = _("The preview was more than ten minutes old. Please check it again.")
            return preview(customer, quote, at=at, status=409, notice=words)
        if _estimate(customer, price, quote, at).total != quote["total"]:
            words = _("The amounts have changed in the meantime. Please check them again.")
            return preview(customer, quote, at=at, status=409, notice=words)
        subscription = _begin(customer, price, quote, at)
    except BillingError as error:
        location = url_for("dashboard.subscriptions.new", customer_id=customer.id)
        return see(location, refusal(error), "error")
    words, category = _collect(subscription, at)
    location = url_for("dashboard.subscriptions.show", subscription_id=subscription.id)
    return see(location, words, category)


def _estimate(customer: Customer, price: Price, chosen: dict[str, Any], at: datetime) -> Estimate:
    return estimate_first_invoice(
        customer,
        price,
        at=at,
        quantity=chosen["quantity"],
        trial_days=chosen["trial_days"],
        collection_method=CollectionMethod(chosen["collection"]),
        days_until_due=chosen["days_until_due"],
        free_until=free_until(chosen),
        coupon=coupon_of(chosen),
    )


def free_until(chosen: dict[str, Any]) -> datetime | None:
    """The beginning of the day from which on it is billed, where one was chosen."""
    if not chosen["free_until"]:
        return None
    day = date.fromisoformat(chosen["free_until"])
    return datetime.combine(day, time(0), the_merchant().zone)


def coupon_of(chosen: dict[str, Any]) -> Coupon | None:
    return the_coupon(chosen["coupon"]) if chosen["coupon"] else None


def _begin(customer: Customer, price: Price, quote: dict[str, Any], at: datetime) -> Subscription:
    return subscribe(
        customer,
        price,
        at=at,
        quantity=quote["quantity"],
        trial_days=quote["trial_days"],
        collection_method=CollectionMethod(quote["collection"]),
        days_until_due=quote["days_until_due"],
        subscription_id=quote["id"],
        free_until=free_until(quote),
        coupon=coupon_of(quote),
        minimum_term_months=quote["minimum_term_months"],
        notice_days=quote["notice_days"],
        trial_end_action=TrialEndAction(quote["trial_end_action"]),
    )


def _collect(subscription: Subscription, at: datetime) -> tuple[str, str]:
    """Ask the provider for the first invoice, after it was saved; words on how that went."""
    invoice = subscription.invoices.first()
    is_charged = subscription.collection_method == CollectionMethod.CHARGE_AUTOMATICALLY
    if invoice is None or not is_charged or not invoice.is_payable:
        return _("The subscription has begun."), "message"
    method = PaymentMethod.default_of(subscription.customer_id)
    # What is stored is charged where it is stored, whichever provider is in use now.
    provider = method.gateway if method else subscription.merchant.gateway
    try:
        payment = collect(invoice, gateways.gateway_for(provider, subscription.merchant), at=at)
    except BillingError as error:
        return refusal(error), "warning"
    if payment.status == PaymentStatus.SUCCEEDED:
        amount = money(payment.money)
        return _("The subscription has begun. %(amount)s was paid.", amount=amount), "message"
    if payment.is_unanswered:
        return _("The subscription begins as soon as the payment is confirmed."), "info"
    return _("The first payment failed. The subscription begins when it is paid."), "warning"
