"""Dunning: collecting what could not be collected, or asking for it, until it is given up.

A schedule of days is counted from the first failure (or from the due date of an invoice that
is sent). Attempts by hand in between do not use it up.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from peewee import JOIN, Expression, ModelSelect

from portal.billing.customers import Customer
from portal.billing.dunning_answers import (
    is_first_of_subscription,
    schedule,
    wait,
)
from portal.billing.dunning_outcomes import fall_behind, give_up, record, record_failure
from portal.billing.errors import DunningNotRunning, PaymentPending
from portal.billing.gateway import GatewayFor, PaymentStatus
from portal.billing.holding import hold
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.payment_methods import PaymentMethod
from portal.billing.subscription_status import CollectionMethod, S
from portal.billing.subscriptions import Subscription
from portal.database import write

if TYPE_CHECKING:
    from portal.billing.payments import Payment

FAILED = (PaymentStatus.FAILED, PaymentStatus.RETURNED)
COLUMNS = (
    *(Invoice.id, Invoice.number, Invoice.status, Invoice.currency, Invoice.amount_due),
    *(Invoice.due_at, Invoice.collection_method, Invoice.dunning_began_at),
    *(Invoice.next_attempt_at, Invoice.dunning_ended_at),
)


def due(at: datetime, after: str = "") -> ModelSelect:
    """Invoices whose next try or reminder has come, by id, after the one named."""
    return (
        Invoice.select()
        .where((Invoice.next_attempt_at <= at) & (Invoice.id > after))
        .order_by(Invoice.id)
    )


def open_of(customer: Customer | str) -> ModelSelect:
    """Open invoices of a customer, oldest first, without the text of their documents."""
    return (
        Invoice.select(*COLUMNS)
        .where((Invoice.customer == customer) & (Invoice.status == InvoiceStatus.OPEN))
        .order_by(Invoice.id)
    )


def running(customer: Customer | str) -> ModelSelect:
    """Those that could not be collected, or that are overdue."""
    return open_of(customer).where(Invoice.dunning_began_at.is_null(False))


def pressing(customer: Customer | str) -> ModelSelect:
    """Those, and the first invoices that subscriptions wait for to begin."""
    waits = Subscription.status == S.INCOMPLETE
    return (
        open_of(customer)
        .join(Subscription, JOIN.LEFT_OUTER, on=(Invoice.subscription == Subscription.id))
        .where(Invoice.dunning_began_at.is_null(False) | waits)
    )


def is_running(invoice: Invoice) -> bool:
    """Collecting it has failed, or it is overdue, whether or not it is still tried."""
    return invoice.status == InvoiceStatus.OPEN and invoice.dunning_began_at is not None


def after_failure(invoice: Invoice, payment: "Payment | None", *, at: datetime) -> None:
    """Collecting failed: the subscription is past due, and it is tried again by the schedule.

    `Payment.settle` and `Payment.return_` call it themselves; the same failure again changes
    nothing. Without a payment: there was no method to charge.
    """
    with write():
        invoice.refresh()
        if invoice.status != InvoiceStatus.OPEN or _is_known(invoice, payment, at):
            return
        invoice.attempt_count = _failures(invoice)
        if invoice.collection_method == CollectionMethod.SEND_INVOICE:
            invoice.next_attempt_at = _next_reminder(invoice, at)
        elif not is_first_of_subscription(invoice):
            invoice.dunning_began_at = invoice.dunning_began_at or at
            invoice.next_attempt_at = _next_try(invoice, payment, at)
        invoice.save()
        record_failure(invoice, payment, at)
        if invoice.dunning_began_at:
            fall_behind(invoice, at)
            if invoice.next_attempt_at is None:
                give_up(invoice, at)


def _is_known(invoice: Invoice, payment: "Payment | None", at: datetime) -> bool:
    if payment is None:
        return bool(invoice.next_attempt_at and invoice.next_attempt_at > at)
    return _failures(invoice) == invoice.attempt_count


def _failures(invoice: Invoice) -> int:
    payments = invoice.payments
    return payments.where(payments.model.status.in_(FAILED)).count()


def _next_try(invoice: Invoice, payment: "Payment | None", at: datetime) -> datetime | None:
    """After a hard decline the schedule ends without further tries, unless a method is added."""
    if invoice.dunning_ended_at:
        return None
    to_come = [moment for moment in schedule(invoice) if moment > at]
    is_hopeless = payment is not None and payment.is_hard_decline
    return (to_come[-1] if is_hopeless else to_come[0]) if to_come else None


def _next_reminder(invoice: Invoice, at: datetime) -> datetime | None:
    if invoice.dunning_ended_at:
        return None
    if invoice.dunning_began_at is None:
        return invoice.due_at
    return next((moment for moment in schedule(invoice) if moment > at), None)


def retry(invoice: Invoice, gateway_for: GatewayFor, *, at: datetime) -> None:
    """What is due now: charge the default method again, or remind. Once, whoever else tries.

    Not inside a transaction: a provider is called.
    """
    if invoice.collection_method == CollectionMethod.SEND_INVOICE:
        _remind(invoice, at)
        return
    method = PaymentMethod.default_of(invoice.customer_id)
    gateway = gateway_for(method.gateway, invoice.merchant) if method else None
    payment = _begin(invoice, method, at)
    if payment and gateway:
        payment.ask(gateway, at=at)


def _begin(invoice: Invoice, method: PaymentMethod | None, at: datetime) -> "Payment | None":
    from portal.billing.payments import Payment  # noqa: PLC0415 - each needs the other

    with write():
        if not _is_due(invoice, at):
            return None
        if method is None:
            after_failure(invoice, None, at=at)
            return None
        if declined := _hard_decline(invoice, method):
            invoice.next_attempt_at = _next_try(invoice, declined, at)
            invoice.save()
            if invoice.next_attempt_at is None:
                give_up(invoice, at)
            return None
        try:
            return Payment.begin(invoice, method, at=at)
        except PaymentPending:
            wait(invoice, at)
            return None


def _hard_decline(invoice: Invoice, method: PaymentMethod) -> "Payment | None":
    """The newest attempt with this method, where it showed that more are of no use."""
    attempts = invoice.payments
    mine = attempts.where(attempts.model.payment_method == method)
    newest = mine.order_by(attempts.model.id.desc()).first()
    return newest if newest and newest.is_hard_decline else None


def _is_due(invoice: Invoice, at: datetime) -> bool:
    """Whether it still is, now that it is held: another worker may have been faster."""
    invoice.refresh()
    return (
        invoice.status == InvoiceStatus.OPEN
        and invoice.next_attempt_at is not None
        and invoice.next_attempt_at <= at
    )


def _remind(invoice: Invoice, at: datetime) -> None:
    """From the due date on; what was missed is not made up for. The last moment decides."""
    with write():
        if not _is_due(invoice, at):
            return
        if is_first := invoice.dunning_began_at is None:
            invoice.dunning_began_at = invoice.due_at
        invoice.next_attempt_at = _next_reminder(invoice, at)
        invoice.save()
        if is_first:
            record(invoice, "invoice.overdue", at)
            fall_behind(invoice, at)
        elif invoice.next_attempt_at:
            number = sum(moment <= at for moment in schedule(invoice))
            record(invoice, "invoice.payment_reminder", at, reminder=number)
        if invoice.next_attempt_at is None:
            give_up(invoice, at)


def stop(invoice: Invoice, *, at: datetime) -> None:
    """The merchant wants no further tries or reminders. Raises `DunningNotRunning`."""
    with write():
        invoice.refresh()
        if not invoice.dunning_began_at or not invoice.next_attempt_at:
            raise DunningNotRunning
        invoice.next_attempt_at, invoice.dunning_ended_at = None, at
        invoice.save()
        record(invoice, "invoice.dunning_stopped", at)


def method_changed(customer_id: str, *, at: datetime) -> None:
    """Another default method: what could not be collected is tried once more, soon."""
    with write():
        Invoice.update(next_attempt_at=at).where(_is_waiting(customer_id)).execute()


def hold_waiting(customer_id: str) -> None:
    """Hold what `method_changed` would change, before the customer is held."""
    columns = (Invoice.id, Invoice.subscription)
    rows = list(Invoice.select(*columns).where(_is_waiting(customer_id)).tuples())
    hold(Subscription, {subscription_id for _, subscription_id in rows if subscription_id})
    hold(Invoice, [invoice_id for invoice_id, _ in rows])


def _is_waiting(customer_id: str) -> Expression:
    """Whether it could not be collected from the method that there was."""
    return (
        (Invoice.customer == customer_id)
        & (Invoice.status == InvoiceStatus.OPEN)
        & (Invoice.collection_method == CollectionMethod.CHARGE_AUTOMATICALLY)
        & Invoice.dunning_began_at.is_null(False)
    )
