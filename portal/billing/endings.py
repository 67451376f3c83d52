"""What is settled when a subscription ends: time that was paid and not used, lines that waited."""

from collections.abc import Sequence
from datetime import datetime

from portal.billing.invoice_items import InvoiceItem
from portal.billing.invoicing import issue, void_unpaid
from portal.billing.items import Item
from portal.billing.plan_lines import unused, waiting_items
from portal.billing.subscription_status import CollectionMethod, S
from portal.billing.subscriptions import Subscription
from portal.database import write

FINAL_INVOICE = "subscription_end"


def end(subscription: Subscription, *, at: datetime, credits_rest: bool = False) -> None:
    """Over for good: what never began owes nothing, what waited to be billed is settled.

    With `credits_rest`, what was paid for the rest of the period goes to the customer's
    balance, by credit notes.
    """
    with write():
        is_within = subscription.status in Subscription.RUNNING
        is_within = is_within and at < subscription.current_period_end
        rest = unused(subscription, at) if credits_rest and is_within else None
        if subscription.status == S.INCOMPLETE:
            void_unpaid(subscription, at=at)
        settle_waiting(subscription, at=at)
        subscription.become(S.CANCELED)
        subscription.ended_at = at
        subscription.cancel_at_period_end, subscription.cancel_at = False, None
        subscription.canceled_at = subscription.canceled_at or at
        subscription.save()
        subscription.record_event("customer.subscription.deleted", at)
        if rest:
            _credit(subscription, [rest], at)


def settle_waiting(subscription: Subscription, *, at: datetime) -> None:
    """No further invoice will carry what waited for it: a last one does, or it becomes credit."""
    rows = waiting_items(subscription)
    if not rows:
        return
    items = [Item.waiting(row) for row in rows]
    if sum(item.amount for item in items) > 0:
        _issue_last(subscription, items, at)
        return
    _credit(subscription, [item for item in items if item.amount < 0], at)
    InvoiceItem.update(billed_at=at).where(InvoiceItem.id.in_([row.id for row in rows])).execute()


def _issue_last(subscription: Subscription, items: Sequence[Item], at: datetime) -> None:
    is_charged = subscription.collection_method == CollectionMethod.CHARGE_AUTOMATICALLY
    invoice = issue(
        subscription.customer,
        items,
        currency=subscription.currency,
        at=at,
        collection_method=subscription.collection_method,
        days_until_due=0 if is_charged else subscription.days_until_due,
        subscription=subscription,
        billing_reason=FINAL_INVOICE,
    )
    if is_charged and invoice.amount_due:
        invoice.next_attempt_at = at
        invoice.save()


def _credit(subscription: Subscription, items: Sequence[Item], at: datetime) -> None:
    from portal.billing.crediting import credit_items  # noqa: PLC0415 - each needs the other

    credit_items(subscription, items, at=at)
