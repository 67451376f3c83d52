"""What is settled when a subscription ends: time that was paid and not used, lines that waited."""

from collections.abc import Sequence
from datetime import datetime

from portal.billing import customer_balances
from portal.billing.drafts import Payer, draw_up
from portal.billing.invoice_items import InvoiceItem
from portal.billing.invoicing import issue, terms_of, void_unpaid
from portal.billing.items import Item
from portal.billing.plan_lines import unused, waiting_items
from portal.billing.subscription_status import CollectionMethod, S
from portal.billing.subscriptions import Subscription
from portal.database import write

FINAL_INVOICE = "subscription_end"


def end(subscription: Subscription, *, at: datetime, credits_rest: bool = False) -> None:
    """Over for good: what never began owes nothing, what waited to be billed is settled.

    With `credits_rest`, what was paid for the rest of the period goes to the customer's
    balance, by credit notes; of what is paused, that is all that the pause has kept.
    """
    with write():
        rest = _rest(subscription, at) if credits_rest else None
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


def _rest(subscription: Subscription, at: datetime) -> Item | None:
    """What was paid for time that can no longer be used."""
    is_paused = subscription.status == S.PAUSED
    used_until = min(subscription.paused_at or at, at) if is_paused else at
    if not is_paused and subscription.status not in Subscription.RUNNING:
        return None
    return (
        unused(subscription, used_until) if used_until < subscription.current_period_end else None
    )


def settle_waiting(subscription: Subscription, *, at: datetime) -> None:
    """No further invoice will carry what waited for it: a last one does.

    Where more is given back than charged, that becomes credit, and pays what is charged.
    """
    items = [Item.waiting(row) for row in waiting_items(subscription)]
    if items and _total(subscription, items, at) < 0:
        given_back = [item for item in items if item.amount < 0]
        items = [item for item in items if item.amount >= 0]
        _credit(subscription, given_back, at)
        rows = [item.waited.id for item in given_back if item.waited]
        InvoiceItem.update(billed_at=at).where(InvoiceItem.id.in_(rows)).execute()
        customer_balances.reread(subscription.customer)
    if items:
        _issue_last(subscription, items, at)


def _total(subscription: Subscription, items: Sequence[Item], at: datetime) -> int:
    """With VAT: what includes it and what does not cannot be added up without."""
    payer = Payer.of(subscription.customer)
    return int(draw_up(payer, items, terms_of(subscription), at=at).invoice.total)


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
