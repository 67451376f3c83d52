"""What follows from dunning: for the subscription, and in the events that mails are made of."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from portal.billing import events
from portal.billing.gateway import PaymentStatus
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import FinalAction
from portal.billing.subscription_status import S

if TYPE_CHECKING:
    from portal.billing.payments import Payment

NO_METHOD = "no_payment_method"
BEHIND = {S.ACTIVE, S.PAST_DUE}


def fall_behind(invoice: Invoice, at: datetime) -> None:
    """The subscription is past due from the first failure on; once."""
    subscription = invoice.subscription
    if subscription and subscription.refresh().status == S.ACTIVE:
        subscription.mark(S.PAST_DUE, at=at)
        subscription.record_event("customer.subscription.past_due", at, invoice=invoice.id)


def give_up(invoice: Invoice, at: datetime) -> None:
    """The end of the schedule: what the merchant chose happens to the subscription."""
    if invoice.dunning_ended_at:
        return
    invoice.dunning_ended_at = at
    invoice.save()
    action = invoice.merchant.dunning_final_action
    record(invoice, "invoice.dunning_ended", at, final_action=action)
    subscription = invoice.subscription and invoice.subscription.refresh()
    if action == FinalAction.CANCEL:
        if subscription and subscription.is_live:
            subscription.cancel_now(at=at)
        # What was given back at its end may have paid it.
        if invoice.refresh().status == InvoiceStatus.OPEN:
            invoice.mark_uncollectible(at=at)
    elif action == FinalAction.MARK_UNPAID and subscription and subscription.status in BEHIND:
        subscription.mark(S.UNPAID, at=at)
        subscription.record_event("customer.subscription.unpaid", at, invoice=invoice.id)


def record_failure(invoice: Invoice, payment: "Payment | None", at: datetime) -> None:
    """Why an attempt failed, and by which method; without a payment there was none to try."""
    method = payment.payment_method if payment else None
    record(
        invoice,
        "invoice.payment_failed",
        at,
        reason=payment.failure_reason if payment else NO_METHOD,
        payment=payment.id if payment else "",
        is_hard=bool(payment and payment.is_hard_decline),
        is_returned=bool(payment and payment.status == PaymentStatus.RETURNED),
        method_type=method.type if method else "",
        brand=method.brand if method else "",
        last4=method.last4 if method else "",
    )


def record(invoice: Invoice, type_: str, at: datetime, **data: Any) -> None:
    """An event of dunning, with what mails and pages need to know of the invoice."""
    following = invoice.next_attempt_at
    events.record(
        type_,
        invoice.merchant_id,
        at=at,
        object_id=invoice.id,
        customer_id=invoice.customer_id,
        number=invoice.number or "",
        subscription=invoice.subscription_id or "",
        amount=invoice.amount_due,
        currency=invoice.currency,
        due_at=invoice.due_at and invoice.due_at.isoformat(),
        attempt_count=invoice.attempt_count,
        next_attempt_at=following.isoformat() if following else None,
        **data,
    )
