"""Payments and refunds that a person has to look at: no answer came, or one that cannot be true.

Until the merchant decides, nothing is charged anew, and everybody reads "being confirmed".
"""

from datetime import datetime

from peewee import Expression, ModelSelect

from portal.billing.errors import PaymentNotInReview
from portal.billing.gateway import Charge, PaymentStatus
from portal.billing.merchants import Merchant
from portal.billing.payments import Payment
from portal.billing.refunds import Refund
from portal.billing.settling import settle_all
from portal.database import write


def waiting(merchant: Merchant | str) -> ModelSelect:
    """What somebody has to decide, the longest waiting first."""
    open_ = _is_open(Payment, merchant)
    return Payment.select().where(open_).order_by(Payment.needs_review_at, Payment.id)


def waiting_refunds(merchant: Merchant | str) -> ModelSelect:
    """Refunds that the provider never answered for, the longest waiting first."""
    open_ = _is_open(Refund, merchant)
    return Refund.select().where(open_).order_by(Refund.needs_review_at, Refund.id)


def count_waiting(merchant: Merchant | str) -> int:
    """How many of both wait for a decision."""
    payments = Payment.select(Payment.id).where(_is_open(Payment, merchant))
    refunds = Refund.select(Refund.id).where(_is_open(Refund, merchant))
    return int(payments.union_all(refunds).count())


def _is_open(kind: type[Payment] | type[Refund], merchant: Merchant | str) -> Expression:
    return (kind.merchant == merchant) & kind.needs_review_at.is_null(False)


def succeeded(payment: Payment, *, note: str, at: datetime) -> None:
    """The merchant has seen the money. Raises `PaymentNotInReview`."""
    _decide(payment, Charge(PaymentStatus.SUCCEEDED), note, at)


def failed(payment: Payment, *, note: str, at: datetime) -> None:
    """The merchant knows that no money came. Raises `PaymentNotInReview`."""
    _decide(payment, Charge(PaymentStatus.FAILED, reason="decided_by_merchant"), note, at)


def done(payment: Payment, *, note: str, at: datetime) -> None:
    """What was odd about a payment whose outcome is known is dealt with.

    Raises `PaymentNotInReview`.
    """
    with write():
        payment.refresh()
        if not payment.needs_review_at or payment.is_unanswered:
            raise PaymentNotInReview
        payment.needs_review_at, payment.note = None, note
        payment.save()
        payment.record_event("payment.reviewed", at, outcome=payment.status, note=note)


def _decide(payment: Payment, charge: Charge, note: str, at: datetime) -> None:
    with write():
        payment.invoice.refresh()
        payment.refresh()
        if not payment.needs_review_at or not payment.is_unanswered:
            raise PaymentNotInReview
        payment.note = note
        payment.save()
        settle_all([(payment, charge)], at=at)
        payment.record_event("payment.reviewed", at, outcome=charge.status, note=note)
