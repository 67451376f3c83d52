"""Dunning while an attempt has no answer: nothing else is charged, but not for ever."""

from datetime import datetime, timedelta

from portal.billing.dunning_outcomes import fall_behind, give_up
from portal.billing.gateway import PaymentStatus
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.subscription_status import CollectionMethod, S
from portal.database import write

# While an attempt has no answer, the next one waits for that.
WAIT = timedelta(hours=1)


def schedule(invoice: Invoice) -> list[datetime]:
    """The moments at which it is tried, or asked for, again; the last one decides."""
    began = invoice.dunning_began_at
    return [began + timedelta(days=days) for days in invoice.merchant.dunning_days] if began else []


def await_answer(invoice: Invoice, *, at: datetime) -> None:
    """A person has to act: the owner of the card, or whoever finds out what became of it.

    Nothing else is charged meanwhile. The subscription is past due, and the end of the
    schedule decides as after a failure. What is paid after all then is taken.
    """
    with write():
        invoice.refresh()
        is_charged = invoice.collection_method == CollectionMethod.CHARGE_AUTOMATICALLY
        if invoice.status != InvoiceStatus.OPEN or not is_charged:
            return
        if invoice.dunning_ended_at or is_first_of_subscription(invoice):
            return
        invoice.dunning_began_at = invoice.dunning_began_at or at
        invoice.next_attempt_at = max(schedule(invoice), default=None)
        invoice.save()
        fall_behind(invoice, at)
        if invoice.next_attempt_at is None:
            give_up(invoice, at)


def wait(invoice: Invoice, at: datetime) -> None:
    """For an answer that may still come by itself; for one that needs a person, not for ever."""
    payments = invoice.payments
    is_on_its_way = payments.where(payments.model.status == PaymentStatus.PENDING).exists()
    if not is_on_its_way and at >= max(schedule(invoice), default=at):
        invoice.next_attempt_at = None
        invoice.save()  # also where it was given up before
        give_up(invoice, at)
        return
    invoice.next_attempt_at = at + WAIT
    invoice.save()


def is_first_of_subscription(invoice: Invoice) -> bool:
    """A subscription that never began is not dunned: its time runs out."""
    return bool(invoice.subscription_id) and invoice.subscription.reload().status == S.INCOMPLETE
