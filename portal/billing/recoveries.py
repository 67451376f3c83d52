"""Money came, or is sure enough to come, for a subscription that waited for it: it runs."""

from datetime import datetime

from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.subscription_status import S
from portal.billing.subscriptions import Subscription
from portal.database import write


def money_arrived(subscription: Subscription, *, at: datetime) -> None:
    """An invoice of it was paid. It is active once none is left that could not be collected.

    Where it was unpaid beyond its period, what was missed is not billed: nothing was given for
    it. The next period begins now.
    """
    with write():
        subscription.refresh()
        waits = subscription.status in {S.INCOMPLETE, S.PAST_DUE, S.UNPAID}
        if not waits or _is_late_elsewhere(subscription):
            return
        if subscription.status == S.UNPAID and subscription.current_period_end < at:
            subscription.current_period_end = subscription.anchor_at = at
            subscription.anchor_index = subscription.period_index + 1
        subscription.become(S.ACTIVE)
        subscription.save()
        subscription.record_event("customer.subscription.updated", at, status=S.ACTIVE)


def invoice_voided(subscription: Subscription, *, at: datetime) -> None:
    """What fell behind for an invoice that is void runs again, where no other one is late.

    What never began or was given up does not: a void invoice is no wish to be billed anew.
    """
    with write():
        if subscription.refresh().status != S.PAST_DUE or _is_late_elsewhere(subscription):
            return
        subscription.become(S.ACTIVE)
        subscription.save()
        subscription.record_event("customer.subscription.updated", at, status=S.ACTIVE)


def begin(subscription: Subscription, *, at: datetime) -> None:
    """Its first payment is certain enough for it to begin, though no money came yet."""
    with write():
        if subscription.refresh().status != S.INCOMPLETE:
            return
        subscription.become(S.ACTIVE)
        subscription.save()
        subscription.record_event("customer.subscription.updated", at, status=S.ACTIVE)


def _is_late_elsewhere(subscription: Subscription) -> bool:
    late = (Invoice.subscription == subscription) & (Invoice.status == InvoiceStatus.OPEN)
    return Invoice.select(Invoice.id).where(late & Invoice.dunning_began_at.is_null(False)).exists()
