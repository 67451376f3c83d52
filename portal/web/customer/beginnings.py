"""Beginning a subscription in two steps: what it will cost is shown, then confirmed."""

from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from portal.billing.estimates import Estimate, estimate_first_invoice
from portal.billing.payment_methods import PaymentMethod
from portal.billing.products import Price
from portal.billing.resubscribing import (
    begin,
    collection_for,
    days_until_due_for,
    require_new,
    trial_days_for,
)
from portal.billing.subscribing import end_of_trial
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscriptions import Subscription
from portal.ids import new_id
from portal.web.customer import quotes
from portal.web.customer.collecting import collect_now
from portal.web.customer.once import once
from portal.web.customer.scope import me, my_configuration
from portal.web.pages import render_page, see
from portal.web.plan_words import plan, sums
from portal.web.zone import moment

ABOUT = "subscription"


def preview_page(
    price: Price,
    quantity: int,
    *,
    action: str,
    back: str,
    earlier: Subscription | None = None,
    status: int = 200,
    notice: str = "",
) -> Any:
    """What is billed when, and how it is paid. Raises as `resubscribing.begin` does."""
    at, customer = moment(), me()
    require_new(customer, price)
    found = estimate(price, quantity, earlier, at)
    return render_page(
        "customer/subscribing/show.html",
        status=status,
        price=price,
        product=price.product,
        after=plan(price, quantity),
        first=sums(found),
        estimate=found,
        trial_end=end_of_trial(price, trial_days_for(customer, price), at=at),
        **_paying(found, earlier, at),
        action=action,
        back=back,
        here=request.full_path.rstrip("?") if request.method == "GET" else back,
        notice_text=notice,
        quote=quotes.give(
            ABOUT,
            at=at,
            id=new_id(Subscription.PREFIX, at),
            price=price.id,
            quantity=quantity,
            earlier=earlier.id if earlier else "",
            shown=_shown(found, at),
        ),
    )


def _shown(found: Estimate, at: datetime) -> list[Any]:
    """What must still be so when it is confirmed: sum, what is paid from the balance, a trial."""
    return [found.total, _balance_used(found, at), found.issued_at > at]


def _balance_used(found: Estimate, at: datetime) -> int:
    """Minor units that the balance pays at once; what is billed after a trial is not yet."""
    is_later = found.issued_at > at
    return 0 if is_later else min(me().balance, found.total)


def _paying(found: Estimate, earlier: Subscription | None, at: datetime) -> dict[str, Any]:
    """How it will be paid, and whether a method must be added first."""
    balance_used = _balance_used(found, at)
    method = PaymentMethod.default_of(me())
    is_charged = collection_for(me(), earlier) == CollectionMethod.CHARGE_AUTOMATICALLY
    return {
        "due": found.total - balance_used,
        "balance_used": balance_used,
        "method": method,
        "is_charged": is_charged,
        # A free plan needs nothing to charge.
        "needs_method": is_charged and method is None and found.total > 0,
        "may_add": my_configuration().updates_payment_methods,
    }


def confirm(
    price: Price,
    quote: dict[str, Any],
    *,
    action: str,
    back: str,
    earlier: Subscription | None = None,
) -> Any:
    """Begin what was quoted, once, and collect its first invoice; else show it anew."""
    at, customer, quantity = moment(), me(), quote["quantity"]
    shown: dict[str, Any] = {"action": action, "back": back, "earlier": earlier}
    is_done = Subscription.get_or_none(Subscription.id == quote["id"]) is not None
    location = url_for("customer.subscriptions.show", subscription_id=quote["id"])
    if is_done:
        return see(location)
    found = estimate(price, quantity, earlier, at)
    if _shown(found, at) != quote["shown"]:
        words = _("The amounts have changed in the meantime. Please check them again.")
        return preview_page(price, quantity, status=409, notice=words, **shown)
    if _paying(found, earlier, at)["needs_method"]:
        words = _("Add a payment method first.")
        return preview_page(price, quantity, status=409, notice=words, **shown)
    given = {"at": at, "quantity": quantity, "earlier": earlier, "subscription_id": quote["id"]}
    begun: list[Subscription] = []
    once(lambda: begun.append(begin(customer, price, **given)))
    if not begun:
        return see(location)
    done = _("Your subscription to %(product)s has begun.", product=price.product.name)
    return collect_now(begun[0].invoices.first(), location, done)


def taken() -> dict[str, Any] | None:
    """The quote that was sent; None for one that is too old, or none of ours."""
    return quotes.take(ABOUT, request.form.get("quote", ""))


def too_old(location: str) -> Any:
    words = _("The preview was more than ten minutes old. Please check it again.")
    return see(location, words, "warning")


def estimate(price: Price, quantity: int, earlier: Subscription | None, at: datetime) -> Estimate:
    customer = me()
    return estimate_first_invoice(
        customer,
        price,
        at=at,
        quantity=quantity,
        trial_days=trial_days_for(customer, price),
        collection_method=collection_for(customer, earlier),
        days_until_due=days_until_due_for(earlier),
    )
