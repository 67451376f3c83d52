"""Lines of a statement become payments: each once, whoever confirms it, and however often."""

from datetime import datetime

from portal.billing import events
from portal.billing.customer_balances import BalanceReason, move
from portal.billing.errors import BillingError
from portal.billing.gateway import PaymentStatus
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.payments import Payment
from portal.database import repeated, write
from portal.gateways.bank_transfer.details import GATEWAY
from portal.gateways.bank_transfer.matching import (
    Judgement,
    Matcher,
    Outcome,
    judge_payment,
    quote_of,
)
from portal.gateways.bank_transfer.records import (
    BankStatement,
    BankTransaction,
    TransactionStatus,
)
from portal.gateways.bank_transfer.references import InvoiceFinder
from portal.gateways.sepa import collecting
from portal.ids import new_id


class StatementChanged(BillingError):
    """What the lines would do is not what the preview said: it has to be looked at again."""

    code = "statement_changed"


class TransactionDecided(BillingError):
    """Somebody was faster: the line was booked or set aside."""

    code = "transaction_decided"


class InvoiceUnknown(BillingError):
    """No issued invoice of the merchant has that number, or it is in another currency."""

    code = "invoice_unknown"


def confirm(statement: BankStatement, quote: str, *, at: datetime) -> int:
    """Book every open line that is clear; answers how many. All of them or none.

    `quote` is what the preview showed (`quote_of`). Raises `StatementChanged`. What waits or is
    unclear stays open.
    """
    return repeated(lambda: _confirm(statement, quote, at))


def _confirm(statement: BankStatement, quote: str, at: datetime) -> int:
    with write():
        statement.refresh()
        judged = Matcher(statement.merchant).judged(BankTransaction.open_of(statement))
        if not any(judgement.is_bookable for _, judgement in judged):
            return 0
        if quote_of(judged) != quote:
            raise StatementChanged
        booked = sum(book(transaction, judgement, at=at) for transaction, judgement in judged)
        if booked and not statement.confirmed_at:
            statement.confirmed_at = at
            statement.save()
        events.record(
            "bank_statement.booked",
            statement.merchant_id,
            at=at,
            object_id=statement.id,
            count=booked,
        )
    return booked


def book(transaction: BankTransaction, judgement: Judgement, *, at: datetime) -> bool:
    """Do what the line says, once. False where it is not clear, or was decided before."""
    if not judgement.is_bookable:
        return False
    with write():
        transaction.refresh()
        if transaction.status != TransactionStatus.OPEN:
            return False
        if judgement.collections:
            _tell_collections(transaction, judgement, at)
        elif judgement.invoice:
            judgement = _take_payment(transaction, judgement.invoice, at)
            if not judgement.is_bookable:
                return False
        transaction.status, transaction.booked_at = TransactionStatus.BOOKED, at
        transaction.outcome = judgement.outcome
        transaction.save()
    return True


def _tell_collections(transaction: BankTransaction, judgement: Judgement, at: datetime) -> None:
    for collection in judgement.collections:
        if judgement.outcome == Outcome.RETURNED:
            collecting.return_(collection, transaction.return_reason, at=at)
        else:
            collecting.book(collection, at=at)


def _take_payment(transaction: BankTransaction, invoice: Invoice, at: datetime) -> Judgement:
    """The invoice gets what is due, the customer's balance the rest."""
    invoice.refresh()
    judgement = judge_payment(transaction, invoice)
    if not judgement.is_bookable:
        return judgement
    if judgement.paid:
        transaction.payment = _payment(transaction, invoice, judgement.paid, at)
    if judgement.excess:
        move(
            invoice.customer,
            judgement.excess,
            reason=BalanceReason.OVERPAYMENT,
            at=at,
            invoice=invoice,
            note=transaction.text[:200],
        )
    transaction.invoice = invoice
    return judgement


def _payment(transaction: BankTransaction, invoice: Invoice, amount: int, at: datetime) -> Payment:
    invoice.pay(amount, at=at)
    payment = Payment.create(
        id=new_id(Payment.PREFIX, at),
        merchant=invoice.merchant_id,
        invoice=invoice,
        gateway=GATEWAY,
        amount=amount,
        currency=invoice.currency,
        status=PaymentStatus.SUCCEEDED,
        reference=transaction.bank_reference or transaction.end_to_end_id,
        note=transaction.name,
        # One payment a line, whatever else goes wrong: the index on it is unique.
        nonce=transaction.id,
        settled_at=at,
        created_at=at,
    )
    payment.record_event("payment.succeeded", at)
    return payment


def assign(transaction: BankTransaction, number: str) -> Invoice:
    """A person says which invoice a line is for; it is booked with the next confirmation.

    Raises `InvoiceUnknown`, `TransactionDecided`.
    """
    merchant: Merchant = transaction.merchant
    invoice = InvoiceFinder(merchant).by_typed(number)
    if invoice is None or invoice.currency != transaction.currency:
        raise InvoiceUnknown
    with write():
        _require_open(transaction)
        transaction.invoice = invoice
        transaction.save()
    return invoice


def ignore(transaction: BankTransaction) -> None:
    """It pays no invoice. Raises `TransactionDecided`."""
    with write():
        _require_open(transaction)
        transaction.status = TransactionStatus.IGNORED
        transaction.save()


def reconsider(transaction: BankTransaction) -> None:
    """Take it up again. Raises `TransactionDecided` where it was booked."""
    with write():
        transaction.refresh()
        if transaction.status == TransactionStatus.BOOKED:
            raise TransactionDecided
        transaction.status, transaction.invoice = TransactionStatus.OPEN, None
        transaction.save()


def _require_open(transaction: BankTransaction) -> None:
    transaction.refresh()
    if transaction.status != TransactionStatus.OPEN:
        raise TransactionDecided
