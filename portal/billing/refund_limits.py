"""How much of a payment may go back: what was paid and has not gone back yet (A8.17).

Guarded by the statements themselves, so that two refunds at once cannot take the same room.
"""

from portal.billing.errors import PaymentNotRefundable, RefundTooLarge
from portal.billing.gateway import PaymentStatus
from portal.billing.invoices import Invoice
from portal.billing.payments import Payment


def take_room(payment: Payment, amount: int) -> None:
    """Raises `RefundTooLarge`, and `PaymentNotRefundable` for money that never came."""
    column = Payment.amount_refunded
    if payment.reload().status != PaymentStatus.SUCCEEDED:
        raise PaymentNotRefundable
    # The invoice before the payment: rows are held in this order everywhere.
    refunded = Invoice.amount_refunded
    fits = (Invoice.id == payment.invoice_id) & (refunded + amount <= Invoice.amount_paid)
    if not Invoice.update({refunded: refunded + amount}).where(fits).execute():
        raise RefundTooLarge
    fits = (
        (Payment.id == payment.id)
        & (Payment.status == PaymentStatus.SUCCEEDED)
        & (column + amount <= Payment.amount)
    )
    if not Payment.update({column: column + amount}).where(fits).execute():
        raise RefundTooLarge


def give_room_back(payment: Payment, amount: int) -> None:
    """A refund failed: the money is still there."""
    column, refunded = Payment.amount_refunded, Invoice.amount_refunded
    Invoice.update({refunded: refunded - amount}).where(Invoice.id == payment.invoice_id).execute()
    Payment.update({column: column - amount}).where(Payment.id == payment.id).execute()
