"""Collecting what is due: one invoice, or many at once, by the same protocol."""

from collections.abc import Sequence
from datetime import datetime

from peewee import IntegrityError

from portal.billing.errors import PaymentPending
from portal.billing.gateway import Charge, ChargeRequest, Gateway, GatewayUnavailable, PaymentStatus
from portal.billing.invoices import Invoice
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment
from portal.billing.settling import settle_all
from portal.database import write


def collect(
    invoice: Invoice,
    gateway: Gateway,
    *,
    at: datetime,
    method: PaymentMethod | None = None,
    nonce: str | None = None,
) -> Payment:
    """Charge what is due to `method` (the customer's default if none is named).

    The attempt is committed before the provider is called. The same `nonce` again is
    answered with the attempt that it led to. Raises as `Payment.begin` does.
    """
    try:
        with write():
            if earlier := _sent_before(invoice, nonce):
                return earlier
            payment = Payment.begin(invoice, method, at=at, nonce=nonce)
    except IntegrityError as error:  # another process was faster
        if earlier := _sent_before(invoice, nonce):
            return earlier
        raise PaymentPending from error
    return payment.ask(gateway, at=at)


def _sent_before(invoice: Invoice, nonce: str | None) -> Payment | None:
    if nonce is None:
        return None
    return Payment.get_or_none((Payment.invoice == invoice) & (Payment.nonce == nonce))


def ask_all(payments: Sequence[Payment], gateway: Gateway, *, at: datetime) -> None:
    """Charge attempts that are committed already, all at one provider, and act on the answers.

    Not inside a transaction. Answers are written in one.
    """
    try:
        charges = gateway.charge_all([_request(payment) for payment in payments])
    except GatewayUnavailable:
        charges = [Charge(PaymentStatus.UNKNOWN)] * len(payments)
    settle_all(zip(payments, charges, strict=True), at=at)


def _request(payment: Payment) -> ChargeRequest:
    token = payment.payment_method.token if payment.payment_method else ""
    return ChargeRequest(payment.money, token, payment.key)
