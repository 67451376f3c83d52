"""Lines of a statement become payments: each once, whoever confirms it, and however often."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from portal.billing import events
from portal.billing.customer_balances import BalanceReason, move
from portal.billing.customers import Customer
from portal.billing.errors import BillingError
from portal.billing.gateway import PaymentStatus
from portal.billing.holding import hold
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.payments import Payment
from portal.billing.subscriptions import Subscription
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

# So many lines in a transaction: 200 ms at most, and others write in between.
AT_ONCE = 20


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
    """Book every open line that is clear; answers how many that are.

    `quote` is what the preview showed (`quote_of`). Raises `StatementChanged`. What waits or is
    unclear stays open. First it is written down which lines are to do what, all of them or
    none, then they are booked in parts: `finish` goes on where a process dies in between.
    """
    # Reading thousands of lines takes its time: before any transaction.
    judged = Matcher(statement.merchant).judged(BankTransaction.open_of(statement))
    fresh = [pair for pair in judged if pair[1].is_bookable and not pair[0].outcome]
    if fresh and quote_of(judged) != quote:
        raise StatementChanged
    promised = repeated(lambda: _promise(statement, fresh, at))
    finish(statement, at=at)
    return promised


def finish(statement: BankStatement, *, at: datetime) -> None:
    """Book what was confirmed and is open still. Several may do this at once."""
    matcher = Matcher(statement.merchant)
    while part := list(BankTransaction.promised_of(statement).limit(AT_ONCE)):
        repeated(partial(_book_part, matcher.judged(part), at))


def _promise(
    statement: BankStatement, pairs: Sequence[tuple[BankTransaction, Judgement]], at: datetime
) -> int:
    ids: dict[str, list[str]] = defaultdict(list)
    for transaction, judgement in pairs:
        ids[judgement.outcome].append(transaction.id)
    with write():
        statement.refresh()
        promised = sum(BankTransaction.promise(some, outcome) for outcome, some in ids.items())
        if not promised:
            return 0
        statement.confirmed_at = statement.confirmed_at or at
        statement.save()
        events.record(
            "bank_statement.booked",
            statement.merchant_id,
            at=at,
            object_id=statement.id,
            count=promised,
        )
    return promised


def _book_part(pairs: Sequence[tuple[BankTransaction, Judgement]], at: datetime) -> None:
    invoices = [judgement.invoice for _, judgement in pairs if judgement.invoice]
    with write():
        hold(Subscription, {each.subscription_id for each in invoices if each.subscription_id})
        hold(Invoice, {each.id for each in invoices})
        hold(Customer, {each.customer_id for each in invoices})
        for transaction, judgement in pairs:
            try:
                book(transaction, judgement, at=at)
            except BillingError:  # for a person to look at; the others are booked
                _take_up_again(transaction)


def book(transaction: BankTransaction, judgement: Judgement, *, at: datetime) -> bool:
    """Do what the line was confirmed to do, once.

    False where it was decided before, or would do something else by now: then it stays open
    and is to be looked at again.
    """
    with write():
        transaction.refresh()
        if transaction.status != TransactionStatus.OPEN:
            return False
        if judgement.invoice:
            judgement = judge_payment(transaction, judgement.invoice.refresh())
        if not judgement.is_bookable or judgement.outcome != transaction.outcome:
            _take_up_again(transaction)
            return False
        if judgement.collections:
            _tell_collections(transaction, judgement, at)
        elif judgement.invoice:
            _take_payment(transaction, judgement, judgement.invoice, at)
        transaction.status, transaction.booked_at = TransactionStatus.BOOKED, at
        transaction.save()
    return True


def _take_up_again(transaction: BankTransaction) -> None:
    BankTransaction.update(outcome="").where(BankTransaction.id == transaction.id).execute()


def _tell_collections(transaction: BankTransaction, judgement: Judgement, at: datetime) -> None:
    for collection in judgement.collections:
        if judgement.outcome == Outcome.RETURNED:
            collecting.return_(collection, transaction.return_reason, at=at)
        else:
            collecting.book(collection, at=at)


def _take_payment(
    transaction: BankTransaction, judgement: Judgement, invoice: Invoice, at: datetime
) -> None:
    """The invoice gets what is due, the customer's balance the rest."""
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
        transaction.invoice, transaction.outcome = invoice, ""
        transaction.save()
    return invoice


def ignore(transaction: BankTransaction) -> None:
    """It pays no invoice. Raises `TransactionDecided`."""
    with write():
        _require_open(transaction)
        transaction.status, transaction.outcome = TransactionStatus.IGNORED, ""
        transaction.save()


def reconsider(transaction: BankTransaction) -> None:
    """Take it up again. Raises `TransactionDecided` where it was booked."""
    with write():
        transaction.refresh()
        if transaction.status == TransactionStatus.BOOKED:
            raise TransactionDecided
        transaction.status, transaction.invoice = TransactionStatus.OPEN, None
        transaction.outcome = ""
        transaction.save()


def _require_open(transaction: BankTransaction) -> None:
    transaction.refresh()
    if transaction.status != TransactionStatus.OPEN:
        raise TransactionDecided
