"""What an answer of a provider leads to: for a payment, its invoice and its subscription."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from portal.billing import answers, dunning, dunning_answers, recoveries
from portal.billing.errors import TransitionRefused
from portal.billing.events import Event
from portal.billing.gateway import UNANSWERED, Charge, PaymentStatus
from portal.billing.holding import hold
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.payment_methods import PaymentMethodType
from portal.billing.payments import Payment
from portal.billing.subscription_status import S
from portal.billing.subscriptions import Subscription
from portal.database import HOLDING, is_postgres, repeated, write
from portal.record import Record

P = PaymentStatus
# Subscriptions to which a payment means something; most are active.
WAITING = (S.INCOMPLETE, S.PAST_DUE, S.UNPAID)
PAID_COLUMNS = ("status", "amount_paid", "amount_due", "paid_at", "next_attempt_at")
MISMATCH, CONTRADICTION, NOT_DUE = "mismatch", "contradiction", "not_due"


def settle_all(given: Iterable[tuple[Payment, Charge]], *, at: datetime) -> None:
    """Act on answers, each once: those that nobody waits for any more change nothing.

    Payments in full are most of them, and are written by a few statements.
    """
    pairs = list(given)
    repeated(lambda: _settle_all(pairs, at))


def _settle_all(pairs: Sequence[tuple[Payment, Charge]], at: datetime) -> None:
    with write():
        _hold([payment for payment, _ in pairs])
        in_full = [(payment, charge) for payment, charge in pairs if _is_in_full(payment, charge)]
        if len({payment.invoice_id for payment, _ in in_full}) < len(in_full):
            in_full = []  # two for one invoice: the second must see what the first has done
        _settle_in_full(in_full, at)
        done = {payment.id for payment, _ in in_full}
        for payment, charge in pairs:
            if payment.id not in done:
                _settle(payment, charge, at)


def _hold(payments: Sequence[Payment]) -> None:
    """Read their rows and those of their invoices anew, and keep others from them."""
    own: dict[str, Invoice] = {}
    for payment in payments:
        payment.__rel__["invoice"] = own.setdefault(payment.invoice_id, payment.invoice)
    hold(Subscription, {each.subscription_id for each in own.values() if each.subscription_id})
    _refresh(own)
    _refresh({payment.id: payment for payment in payments})


def _refresh(records: Mapping[str, Record]) -> None:
    for model in {type(record) for record in records.values()}:
        for stored in model.among("id", list(records), end=HOLDING if is_postgres() else ""):
            record = records[stored.id]
            record.__data__.update(stored.__data__)
            record._dirty.clear()


def _is_in_full(payment: Payment, charge: Charge) -> bool:
    invoice = payment.invoice
    return (
        charge.status == P.SUCCEEDED
        and payment.is_unanswered
        and answers.is_of(payment, charge)
        and invoice.is_payable
        and payment.amount == invoice.amount_due
    )


def _settle_in_full(pairs: Sequence[tuple[Payment, Charge]], at: datetime) -> None:
    """What `_settle` does, for many that went well."""
    payments, invoices = [payment for payment, _ in pairs], [pair[0].invoice for pair in pairs]
    before = [payment.status for payment in payments]
    happened = []
    for payment, charge in pairs:
        answers.take_over(payment, charge, at)
        payment.invoice.receive(payment.amount)
        payment.invoice.become(InvoiceStatus.PAID)
        payment.invoice.paid_at = at
        happened += [
            payment.invoice.event("invoice.paid", at),
            payment.event("payment.succeeded", at),
        ]
    answers.save_all(payments, before)
    Invoice.save_many(invoices, PAID_COLUMNS, [{} for _ in invoices])
    Event.create_many(happened)
    ids = [invoice.subscription_id for invoice in invoices if invoice.subscription_id]
    if not ids:
        return
    for subscription in Subscription.select().where(
        Subscription.id.in_(ids) & Subscription.status.in_(WAITING)
    ):
        subscription.first_payment_arrived(at=at)


def _settle(payment: Payment, charge: Charge, at: datetime) -> None:
    if not payment.is_unanswered:
        _compare(payment, charge, at)
        return
    if not answers.is_of(payment, charge):
        payment.flag(MISMATCH, at, said_amount=charge.amount, said_currency=charge.currency)
        return
    before = payment.status
    answers.take_over(payment, charge, at)
    answers.save_all([payment], [before])
    if payment.status == P.SUCCEEDED:
        _succeed(payment, at)
    elif payment.status == P.FAILED:
        payment.record_event("payment.failed", at)
        dunning.after_failure(payment.invoice, payment, at=at)
    elif payment.status == P.REQUIRES_ACTION != before:
        payment.record_event("payment.requires_action", at)
        dunning_answers.await_answer(payment.invoice, at=at)
    elif payment.status == P.PENDING:
        _begin_on_its_word(payment, at)


def _begin_on_its_word(payment: Payment, at: datetime) -> None:
    """A direct debit takes weeks: what it is the first payment of begins once it is accepted.

    If it fails later, the subscription is past due and dunned like any other.
    """
    invoice, method = payment.invoice, payment.payment_method
    is_accepted = bool(payment.reference and method and method.type == PaymentMethodType.SEPA_DEBIT)
    if is_accepted and invoice.subscription_id and payment.amount == invoice.amount_due:
        recoveries.begin(invoice.subscription, at=at)


def _succeed(payment: Payment, at: datetime) -> None:
    """Money came. What is not due any more is for a person to sort out."""
    invoice = payment.invoice
    due = min(payment.amount, invoice.amount_due) if invoice.is_payable else 0
    if due:
        invoice.pay(due, at=at)
    payment.record_event("payment.succeeded", at)
    if due < payment.amount:
        payment.flag(NOT_DUE, at, not_due=payment.amount - due)


def _compare(payment: Payment, charge: Charge, at: datetime) -> None:
    """An answer to a question that was settled: the same, an old one, or news."""
    if charge.status in UNANSWERED or charge.status == payment.status:
        return
    if charge.status == P.RETURNED and payment.status == P.SUCCEEDED:
        take_back(payment, charge.reason, at=at)
    elif payment.status in {P.SUCCEEDED, P.FAILED}:
        payment.flag(CONTRADICTION, at, said=charge.status)


def take_back(payment: Payment, reason: str, *, at: datetime) -> None:
    """The bank took the money of a payment back: it is due again, and dunning begins.

    The same news again changes nothing. Raises `TransitionRefused` where none had come.
    """
    with write():
        payment.invoice.refresh()
        payment.refresh()
        if payment.status == P.RETURNED:
            return
        if P.RETURNED not in answers.TRANSITIONS[payment.status]:
            raise TransitionRefused(f"{payment.status} to {P.RETURNED}")
        payment.status, payment.failure_reason, payment.returned_at = P.RETURNED, reason, at
        payment.save()
        # What was refunded before is not the customer's debt: the merchant has paid it twice.
        payment.invoice.take_back(payment.amount - payment.amount_refunded, at=at)
        payment.record_event("payment.returned", at)
        if payment.amount_refunded:
            payment.flag(NOT_DUE, at, refunded=payment.amount_refunded)
        dunning.after_failure(payment.invoice, payment, at=at)
