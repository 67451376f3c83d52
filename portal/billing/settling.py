"""What an answer of a provider leads to: for a payment, its invoice and its subscription.

Rows are held in this order everywhere: invoice, payment, subscription.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from portal.billing import dunning
from portal.billing.errors import TransitionRefused
from portal.billing.gateway import UNANSWERED, Charge, PaymentStatus
from portal.billing.inquiries import ANSWERED, DAY
from portal.billing.payments import Payment
from portal.database import write

P = PaymentStatus
# Terminal are `failed` and `returned`. What contradicts them is for a person to judge.
TRANSITIONS: dict[PaymentStatus, frozenset[PaymentStatus]] = {
    P.PENDING: frozenset({P.PENDING, P.REQUIRES_ACTION, P.UNKNOWN, P.SUCCEEDED, P.FAILED}),
    P.REQUIRES_ACTION: frozenset({P.PENDING, P.REQUIRES_ACTION, P.UNKNOWN, P.SUCCEEDED, P.FAILED}),
    P.UNKNOWN: frozenset({P.PENDING, P.REQUIRES_ACTION, P.UNKNOWN, P.SUCCEEDED, P.FAILED}),
    P.SUCCEEDED: frozenset({P.RETURNED}),
    P.FAILED: frozenset(),
    P.RETURNED: frozenset(),
}
# A direct debit may be on its way for weeks; a provider that says so is asked on, daily.
LONGEST_PENDING = timedelta(days=30)

MISMATCH, CONTRADICTION, NOT_DUE = "mismatch", "contradiction", "not_due"


def settle_all(answers: Iterable[tuple[Payment, Charge]], *, at: datetime) -> None:
    """Act on answers, each once: those that nobody waits for any more change nothing."""
    with write():
        for payment, charge in sorted(answers, key=lambda answer: str(answer[0].invoice_id)):
            _settle(payment, charge, at)


def _settle(payment: Payment, charge: Charge, at: datetime) -> None:
    payment.invoice.refresh()
    payment.refresh()
    if not payment.is_unanswered:
        _compare(payment, charge, at)
        return
    if not _is_of(payment, charge):
        payment.flag(MISMATCH, at, said_amount=charge.amount, said_currency=charge.currency)
        return
    before = payment.status
    if not _write(payment, charge, at):
        return
    if payment.status == P.SUCCEEDED:
        _succeed(payment, at)
    elif payment.status == P.FAILED:
        payment.record_event("payment.failed", at)
        dunning.after_failure(payment.invoice, payment, at=at)
    elif payment.status == P.REQUIRES_ACTION != before:
        payment.record_event("payment.requires_action", at)


def _is_of(payment: Payment, charge: Charge) -> bool:
    """Whether what the provider took is what was asked for, as far as it says so."""
    return charge.amount in {None, payment.amount} and (
        charge.currency is None or charge.currency.upper() == payment.currency
    )


def _write(payment: Payment, charge: Charge, at: datetime) -> bool:
    """The answer's own columns, where it is still awaited."""
    # The bank took it back before anybody had heard that it came.
    status = P.FAILED if charge.status == P.RETURNED else charge.status
    columns: dict[str, Any] = {
        "status": status,
        "reference": charge.reference or payment.reference,
        "failure_reason": charge.reason,
        "action_url": charge.action_url,
    }
    if status not in UNANSWERED:
        columns |= ANSWERED | {"settled_at": at, "review_reason": ""}
    elif status == P.PENDING and _is_on_its_way(payment, at):
        columns |= {"ask_next_at": at + DAY, "needs_review_at": None}
    awaited = (Payment.id == payment.id) & Payment.status.in_(
        [before for before, following in TRANSITIONS.items() if status in following]
    )
    is_first = Payment.update(columns).where(awaited).execute() == 1
    if is_first:
        payment.__data__.update(columns)
    return is_first


def _is_on_its_way(payment: Payment, at: datetime) -> bool:
    """Whether nobody has to look at it yet, though all questions were asked."""
    was_asked_out = payment.needs_review_at and not payment.review_reason
    return bool(was_asked_out) and at - payment.created_at < LONGEST_PENDING


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
        if P.RETURNED not in TRANSITIONS[payment.status]:
            raise TransitionRefused(f"{payment.status} to {P.RETURNED}")
        payment.status, payment.failure_reason, payment.returned_at = P.RETURNED, reason, at
        payment.save()
        # What was refunded before is not the customer's debt: the merchant has paid it twice.
        payment.invoice.take_back(payment.amount - payment.amount_refunded, at=at)
        payment.record_event("payment.returned", at)
        if payment.amount_refunded:
            payment.flag(NOT_DUE, at, refunded=payment.amount_refunded)
        dunning.after_failure(payment.invoice, payment, at=at)
