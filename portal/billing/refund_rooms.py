"""Which payments of an invoice the money of a credit note goes back to, and how much fits."""

from datetime import datetime
from typing import NamedTuple

from portal.billing import refunds
from portal.billing.credit_notes import CreditNote
from portal.billing.gateway import GatewayFor, PaymentStatus, RefundStatus
from portal.billing.invoices import Invoice
from portal.billing.payments import OUTSIDE, Payment
from portal.billing.refunds import Refund


class Room(NamedTuple):
    """Minor units that were paid and have not gone back: through a provider, and outside."""

    provider: int
    outside: int


def room_of(invoice: Invoice) -> Room:
    """How much can go back the way it came; never more than the invoice took."""
    payments = _payments(invoice)
    provider = sum(_left(payment) for payment in payments if payment.gateway != OUTSIDE)
    outside = sum(_left(payment) for payment in payments if payment.gateway == OUTSIDE)
    most = invoice.amount_paid - invoice.amount_refunded
    provider = min(provider, most)
    return Room(provider, min(outside, most - provider))


def give_back(note: CreditNote, *, at: datetime) -> list[Refund]:
    """Begin the refunds of `note.refund_amount`, the newest payment first."""
    payments = [payment for payment in _payments(note.invoice) if payment.gateway != OUTSIDE]
    return [
        refunds.begin(payment, amount, note, at=at)
        for payment, amount in _shared(payments, note.refund_amount)
    ]


def record_given_back(note: CreditNote, *, any_payment: bool, at: datetime) -> list[Refund]:
    """Write down that `note.outside_amount` is given back outside.

    First of what was paid outside; where `any_payment`, of the others, too.
    """
    payments = _payments(note.invoice)
    mine = [payment for payment in payments if payment.gateway == OUTSIDE]
    if any_payment:
        mine += [payment for payment in payments if payment.gateway != OUTSIDE]
    return [
        refunds.record_outside(payment, amount, note, at=at)
        for payment, amount in _shared(mine, note.outside_amount)
    ]


def ask_for(note: CreditNote, gateway_for: GatewayFor, *, at: datetime) -> list[Refund]:
    """Ask the providers for the refunds of a credit note. Not inside a transaction."""
    begun = list(note.refunds.order_by(Refund.id))
    for refund in begun:
        if refund.status == RefundStatus.PENDING and not refund.asked_count:
            refund.ask(gateway_for(refund.gateway, refund.merchant), at)
    return begun


def _shared(payments: list[Payment], amount: int) -> list[tuple[Payment, int]]:
    parts = []
    for payment in payments:
        part = min(amount, _left(payment))
        if part:
            parts.append((payment, part))
            amount -= part
    return parts


def _payments(invoice: Invoice) -> list[Payment]:
    mine = (Payment.invoice == invoice) & (Payment.status == PaymentStatus.SUCCEEDED)
    return list(Payment.select().where(mine).order_by(Payment.id.desc()))


def _left(payment: Payment) -> int:
    return int(payment.amount - payment.amount_refunded)
