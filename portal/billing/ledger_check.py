"""The daily check: invoices, payments, refunds, balances and the provider say the same."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from peewee import JOIN, Case, ModelSelect, fn

from portal.billing.credit_notes import CreditNote
from portal.billing.customer_balances import CustomerBalanceTransaction
from portal.billing.customers import Customer
from portal.billing.gateway import (
    Charge,
    GatewayFor,
    GatewayUnavailable,
    PaymentStatus,
    RefundStatus,
)
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.ledger_differences import Difference, LedgerDifference
from portal.billing.merchants import Merchant
from portal.billing.payments import Payment
from portal.billing.refunds import Refund
from portal.billing.settling import NOT_DUE

P = PaymentStatus
BOOKS = (
    "invoice_paid",
    "invoice_refunded",
    "invoice_credited",
    "payment_refunded",
    "customer_balance",
)
CHARGE = "provider_charge"
# What was settled in this time is compared with the provider each day.
LOOK_BACK = timedelta(days=3)
MOST = 500


def check_books(merchant: Merchant, *, at: datetime) -> None:
    """Sums that must be the same, by one query a kind; differences become events."""
    found = [
        Difference(kind, *map(str, row))
        for kind, query in zip(BOOKS, _queries(merchant), strict=True)
        for row in query.tuples()
    ]
    LedgerDifference.take_note(merchant, BOOKS, found, at=at)


def check_provider(merchant: Merchant, gateway_for: GatewayFor, *, at: datetime) -> None:
    """What the provider says of recent payments, `MOST` at a time. Not inside a transaction.

    Where there is no answer, what was known before stays as it is.
    """
    found = list(_charges(merchant, gateway_for, at))
    LedgerDifference.take_note(merchant, [CHARGE], found, at=at)


def _queries(merchant: Merchant) -> Iterator[ModelSelect]:
    """(id, expected, found) of every record of which the two differ, in the order of `BOOKS`."""
    issued = (Invoice.merchant == merchant) & (Invoice.status != InvoiceStatus.DRAFT)
    # Of a payment that was taken back, what had been refunded before stays paid.
    kept = Case(
        Payment.status, [(P.SUCCEEDED, Payment.amount), (P.RETURNED, Payment.amount_refunded)], 0
    )
    not_due = fn.SUM(Case(Payment.review_reason, [(NOT_DUE, 1)], 0))
    yield _unequal(
        Invoice, Invoice.amount_paid, Payment, kept, issued, fn.COALESCE(not_due, 0) == 0
    )
    yield _unequal(Invoice, Invoice.amount_refunded, Payment, Payment.amount_refunded, issued)
    yield _unequal(Invoice, Invoice.total_credited, CreditNote, CreditNote.total, issued)
    went = Case(Refund.status, [(RefundStatus.FAILED, 0)], Refund.amount)
    mine = Payment.merchant == merchant
    yield _unequal(Payment, Payment.amount_refunded, Refund, went, mine)
    moved = CustomerBalanceTransaction.amount
    theirs = Customer.merchant == merchant
    yield _unequal(Customer, Customer.balance, CustomerBalanceTransaction, moved, theirs)


def _unequal(
    model: Any, column: Any, parts: Any, amount: Any, where: Any, having: Any = None
) -> ModelSelect:
    total = fn.COALESCE(fn.SUM(amount), 0)
    differs = total != column
    return (
        model.select(model.id, column, total)
        .join(parts, JOIN.LEFT_OUTER)
        .where(where)
        .group_by(model.id, column)
        .having(differs if having is None else differs & having)
    )


def _charges(merchant: Merchant, gateway_for: GatewayFor, at: datetime) -> Iterator[Difference]:
    """Charges of stored methods; what was paid otherwise is in no provider's list."""
    open_ = LedgerDifference.open().where(
        (LedgerDifference.merchant == merchant) & (LedgerDifference.kind == CHARGE)
    )
    known = {row.object_id: Difference(CHARGE, row.object_id, "", "") for row in open_}
    recent = (Payment.settled_at > at - LOOK_BACK) & Payment.payment_method.is_null(False)
    mine = (Payment.merchant == merchant) & (recent | Payment.id.in_(list(known)))
    for payment in Payment.select().where(mine).order_by(Payment.id.desc()).limit(MOST):
        try:
            charge = gateway_for(payment.gateway, merchant).find_charge(payment.key)
        except GatewayUnavailable:
            if payment.id in known:
                yield known[payment.id]
            continue
        if not _agree(payment, charge):
            yield Difference(CHARGE, payment.id, _ours(payment), _theirs(charge))


def _agree(payment: Payment, charge: Charge | None) -> bool:
    if charge is None:
        return payment.status == P.FAILED
    if charge.status != payment.status:
        return payment.status == P.FAILED and charge.status != P.SUCCEEDED
    return charge.amount in {None, payment.amount}


def _ours(payment: Payment) -> str:
    return f"{payment.status} {payment.amount} {payment.currency}"


def _theirs(charge: Charge | None) -> str:
    if charge is None:
        return "none"
    return f"{charge.status} {charge.amount or ''} {charge.currency or ''}".strip()
