"""The jobs behind those mails: is what happened still true, and is anybody to be told?"""

from datetime import date

from portal.billing.corrections import correction_of
from portal.billing.credit_notes import CreditNote, CreditReason
from portal.billing.events import Event
from portal.billing.gateway import PaymentStatus
from portal.billing.invoices import InvoiceStatus
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment
from portal.billing.refunds import Refund
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_status import SubscriptionStatus
from portal.billing.subscriptions import Subscription
from portal.delivery import billing_mails, subscription_mails
from portal.delivery.envelopes import Attachment
from portal.delivery.jobs import Run, job
from portal.delivery.mail_jobs import post_of
from portal.documents.store import credit_note_pdf, invoice_pdf


def event_of(event: str) -> Event | None:
    """The event that a job was made for; None once it was deleted."""
    return Event.get_or_none(Event.id == event)


def subscription_of(event: str) -> Subscription | None:
    """The subscription that the event of a job is about."""
    found = event_of(event)
    return Subscription.get_or_none(Subscription.id == found.object_id) if found else None


@job
def mail_payment_failed(run: Run, event: str) -> None:
    """Unless it was paid meanwhile, or the next attempt was due: what came of that is told."""
    found = event_of(event)
    invoice = billing_mails.invoice_of(found) if found else None
    if found and invoice and invoice.is_payable:
        next_at = billing_mails.moment_of(found.data.get("next_attempt_at"))
        if next_at and next_at <= invoice.merchant.time(run.at):
            return
        billing_mails.send_payment_failed(post_of(run), invoice, found.data)


@job
def mail_payment_action(run: Run, event: str) -> None:
    """Unless its owner is there and was sent to the bank's page, or has confirmed it."""
    found = event_of(event)
    payment = Payment.get_or_none(Payment.id == found.object_id) if found else None
    if payment and payment.status == PaymentStatus.REQUIRES_ACTION and not payment.nonce:
        billing_mails.send_payment_action(post_of(run), payment.invoice)


@job
def mail_payment_reminder(run: Run, event: str) -> None:
    """Unless it was paid, voided or given up meanwhile."""
    found = event_of(event)
    invoice = billing_mails.invoice_of(found) if found else None
    if invoice and invoice.status == InvoiceStatus.OPEN and invoice.amount_due:
        pdf = bytes(invoice_pdf(invoice).data)
        billing_mails.send_payment_reminder(post_of(run), invoice, pdf)


@job
def mail_direct_debit(run: Run, event: str) -> None:
    """Unless the day is over, as it is where a time machine passed it."""
    found = event_of(event)
    invoice = billing_mails.invoice_of(found) if found else None
    if found and invoice:
        merchant = invoice.merchant
        if date.fromisoformat(str(found.data["due_on"])) < merchant.day(merchant.time(run.at)):
            return
        billing_mails.send_direct_debit(post_of(run), invoice, found.data)


@job
def mail_refunded(run: Run, event: str) -> None:
    found = event_of(event)
    refund = Refund.get_or_none(Refund.id == found.object_id) if found else None
    if refund:
        billing_mails.send_refunded(post_of(run), refund)


@job
def mail_credit_note(run: Run, event: str) -> None:
    """Unless it follows from a change that is told by itself. A corrected invoice comes along."""
    found = event_of(event)
    note = CreditNote.get_or_none(CreditNote.id == found.object_id) if found else None
    if note and note.reason != CreditReason.PRORATION:
        pdf, corrected = bytes(credit_note_pdf(note).data), None
        issued = correction_of(note.invoice) if note.reason == CreditReason.CORRECTION else None
        if issued:
            corrected = Attachment(f"{issued.number}.pdf", bytes(invoice_pdf(issued).data))
        billing_mails.send_credit_note(post_of(run), note, pdf, corrected)


@job
def mail_card_expiring(run: Run, event: str) -> None:
    """Unless it is not what is charged any more, or has expired."""
    found = event_of(event)
    method = PaymentMethod.get_or_none(PaymentMethod.id == found.object_id) if found else None
    if method and method.is_default and not method.detached_at:
        if method.is_expired(method.merchant.day(method.merchant.time(run.at))):
            return
        billing_mails.send_card_expiring(post_of(run), method, method.customer)


@job
def mail_trial_ending(run: Run, event: str) -> None:
    """Unless it has ended."""
    subscription = subscription_of(event)
    if subscription and subscription.status == SubscriptionStatus.TRIALING:
        at = subscription.merchant.time(run.at)
        subscription_mails.send_trial_ending(post_of(run), subscription, at)


@job
def mail_renewal_reminder(run: Run, event: str) -> None:
    """Unless it was canceled, or has renewed: the next renewal is announced in its own time."""
    found, subscription = event_of(event), subscription_of(event)
    if not found or not subscription or found.created_at < subscription.current_period_start:
        return
    if subscription.status in Subscription.RUNNING and not subscription.is_ending:
        at = subscription.merchant.time(run.at)
        subscription_mails.send_renewal_reminder(post_of(run), subscription, at)


@job
def mail_plan_changed(run: Run, event: str) -> None:
    """Unless the subscription has ended."""
    found, subscription = event_of(event), subscription_of(event)
    if found and subscription and subscription.is_live:
        at = subscription.merchant.time(run.at)
        other_quantity = found.data.get("previous_quantity") != found.data.get("quantity")
        subscription_mails.send_plan_changed(
            post_of(run), subscription, at, other_quantity=other_quantity
        )


@job
def mail_change_scheduled(run: Run, event: str) -> None:
    """Unless it was withdrawn, or has happened, meanwhile."""
    found = event_of(event)
    wanted = found.data.get("schedule", "") if found else ""
    change = ScheduledChange.get_or_none(ScheduledChange.id == wanted)
    if change and not change.withdrawn_at and not change.applied_at:
        subscription_mails.send_change_scheduled(post_of(run), change)


@job
def mail_paused(run: Run, event: str) -> None:
    """Unless it goes on already, or has ended."""
    subscription = subscription_of(event)
    if subscription and subscription.status == SubscriptionStatus.PAUSED:
        subscription_mails.send_paused(post_of(run), subscription)


@job
def mail_resumed(run: Run, event: str) -> None:
    """Unless it is paused again, or has ended."""
    subscription = subscription_of(event)
    if subscription and subscription.status in Subscription.RUNNING:
        subscription_mails.send_resumed(post_of(run), subscription)


@job
def mail_parked(run: Run, event: str) -> None:
    """Unless somebody has looked at it meanwhile."""
    subscription = subscription_of(event)
    if subscription and subscription.parked_at:
        subscription_mails.send_parked(post_of(run), subscription)
