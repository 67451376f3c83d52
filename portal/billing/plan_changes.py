"""Another price or quantity for a subscription: shown first, then done exactly as shown.

An unchanged interval keeps anchor and period. Another interval begins a new period at once
(the anchor moves to the moment of the change), unless the change waits for the end of the
period. Where the card fails for what is due at once, the change stands and the invoice stays
open: it can be paid by hand, and dunning goes on as for any other.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from portal.billing import dunning, promotion_codes
from portal.billing.coupons import PromotionCode
from portal.billing.crediting import credit_items
from portal.billing.customers import Customer
from portal.billing.invoice_items import InvoiceItem
from portal.billing.invoices import Invoice
from portal.billing.invoicing import bill_period, issue, terms_of
from portal.billing.items import Item
from portal.billing.payment_methods import PaymentMethod
from portal.billing.plan_comparison import same_interval
from portal.billing.plan_errors import QuoteOutdated
from portal.billing.plan_lines import let_wait, waiting_items
from portal.billing.plan_previews import work_out
from portal.billing.plan_quotes import GOOD_FOR, Course, PlanChange, Timing, Wanted
from portal.billing.products import Price
from portal.billing.proration import Proration
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscription_status import SubscriptionStatus as S
from portal.billing.subscriptions import Subscription
from portal.database import write

# Longer than an answer from a provider may take.
SOON = timedelta(minutes=10)
BY_CHANGE = "subscription_update"


class Changed(NamedTuple):
    """What was done: the invoice to be collected after the transaction, or what waits."""

    change: PlanChange
    invoice: Invoice | None = None
    scheduled: ScheduledChange | None = None


def preview(
    subscription: Subscription,
    price: Price,
    quantity: int,
    *,
    at: datetime,
    proration: Proration = Proration.NONE,
    timing: Timing = Timing.AT_ONCE,
    ends_trial: bool = False,
    promotion_code: PromotionCode | None = None,
) -> PlanChange:
    """What the change would do at `at`; nothing is saved.

    Raises `PlanUnchanged`, `PriceNotUsable`, `CurrencyIsFixed`, `QuantityOutOfRange`, what
    `require_changeable` raises, and for a code what `promotion_codes.check` does.
    """
    wanted = Wanted(price, quantity, proration, timing, ends_trial, promotion_code)
    return work_out(subscription, wanted, at)


def change(
    subscription: Subscription,
    wanted: Wanted,
    *,
    at: datetime,
    quoted_at: datetime,
    fingerprint: str,
) -> Changed:
    """Do what a preview of `quoted_at` showed, by its moment, or not at all.

    Documents and events are dated `at`. Collect the invoice afterwards, outside of the
    transaction. Raises `QuoteOutdated` where the preview is older than ten minutes or would
    say something else now, and otherwise as `preview` does.
    """
    if not quoted_at <= at < quoted_at + GOOD_FOR:
        raise QuoteOutdated
    with write():
        subscription.refresh()
        Customer.hold(subscription.customer_id)
        subscription.customer = Customer.get_by_id(subscription.customer_id)
        found = work_out(subscription, wanted, quoted_at)
        if found.fingerprint != fingerprint:
            raise QuoteOutdated
        ScheduledChange.drop(subscription, at=at)
        if not found.is_at_once:
            waiting = ScheduledChange.schedule(subscription, wanted.price, wanted.quantity, at=at)
            _redeem(subscription, found, at)
            return Changed(found, scheduled=waiting)
        return Changed(found, invoice=_make(subscription, found, at=at))


def apply_waiting(subscription: Subscription, *, at: datetime) -> SubscriptionItem | None:
    """Make the change that waits for the beginning of a period; the item as it is then.

    Called in the transaction of the renewal, for a subscription that is held, while
    `period_index` is still that of the period that ends and before the end of the next is
    counted: another interval moves the anchor to `at`. The caller saves the subscription.
    """
    waiting = ScheduledChange.waiting_of(subscription)
    if waiting is None or waiting.takes_effect_at > at:
        return None
    item = subscription.item
    if not same_interval(item.price, waiting.price):
        subscription.anchor_at = at
        subscription.anchor_index = subscription.period_index + 1
    waiting.applied_at = at
    waiting.save()
    waiting.record_event("subscription_schedule.completed", at)
    return _put_in_force(subscription, waiting.price, waiting.quantity, at=at)


def _make(subscription: Subscription, found: PlanChange, *, at: datetime) -> Invoice | None:
    """The change at once: what is given back, the plan, the period, and the invoice."""
    let_wait(subscription, found.prorated, at=at)
    _put_in_force(subscription, found.wanted.price, found.wanted.quantity, at=at)
    _redeem(subscription, found, at)
    if found.course == Course.NEW_PERIOD:
        _begin_period(subscription, found)
    return _bill(subscription, found, at) if found.bills_now else None


def _begin_period(subscription: Subscription, found: PlanChange) -> None:
    """A new period from the moment of the change; a trial is over with it."""
    began = found.takes_effect_at
    if subscription.status == S.TRIALING:
        subscription.status, subscription.trial_end = S.ACTIVE, began
    subscription.period_index += 1
    subscription.anchor_at, subscription.anchor_index = began, subscription.period_index
    subscription.current_period_start = began
    subscription.current_period_end = found.period_end
    subscription.save()


def _bill(subscription: Subscription, found: PlanChange, at: datetime) -> Invoice | None:
    """The invoice of the change. Raises `QuoteOutdated` where it would say something else."""
    is_new_period = found.course == Course.NEW_PERIOD
    invoice = (
        bill_period(subscription, BY_CHANGE, at=at)
        if is_new_period
        else _bill_waiting(subscription, found, at)
    )
    said = (found.now.total, found.amount_now) if found.now else None
    if said != (invoice and (invoice.total, invoice.amount_due)):
        raise QuoteOutdated
    if invoice and invoice.is_payable:
        _collect_by_itself(invoice, at)
    return invoice


def _collect_by_itself(invoice: Invoice, at: datetime) -> None:
    """Whoever asked for the change collects it at once; the billing run, where they did not."""
    if invoice.collection_method == CollectionMethod.SEND_INVOICE:
        return
    if PaymentMethod.default_of(invoice.customer_id) is None:
        dunning.after_failure(invoice, None, at=at)
        return
    invoice.next_attempt_at = at + SOON
    invoice.save()


def _bill_waiting(subscription: Subscription, found: PlanChange, at: datetime) -> Invoice | None:
    """What waits is billed at once; where more is given back than charged, it is credited."""
    items = [Item.waiting(row) for row in waiting_items(subscription)]
    if found.given_back:
        given_back = [item for item in items if item.amount < 0]
        credit_items(subscription, given_back, at=at)
        InvoiceItem.update(billed_at=at).where(
            InvoiceItem.id.in_([item.waited.id for item in given_back if item.waited])
        ).execute()
        subscription.customer = Customer.get_by_id(subscription.customer_id)
        items = [item for item in items if item.amount >= 0]
    if not items:
        return None
    terms = terms_of(subscription)
    return issue(
        subscription.customer,
        items,
        currency=terms.currency,
        at=at,
        collection_method=terms.collection_method,
        days_until_due=terms.days_until_due,
        subscription=subscription,
        billing_reason=BY_CHANGE,
    )


def _put_in_force(
    subscription: Subscription, price: Price, quantity: int, *, at: datetime
) -> SubscriptionItem:
    item = subscription.item
    before = {"previous_price": item.price_id, "previous_quantity": str(item.quantity)}
    item.price, item.quantity = price, quantity
    item.save()
    now = {"price": price.id, "quantity": str(quantity)}
    subscription.record_event("customer.subscription.updated", at, **before, **now)
    return item


def _redeem(subscription: Subscription, found: PlanChange, at: datetime) -> None:
    wanted = found.wanted
    if wanted.promotion_code:
        promotion_codes.redeem(
            wanted.promotion_code,
            subscription.customer,
            subscription,
            at=at,
            price=wanted.price,
            quantity=wanted.quantity,
        )
