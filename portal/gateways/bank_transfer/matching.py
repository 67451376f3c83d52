"""What each line of a statement will do, as it stands now."""

from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import Merchant
from portal.billing.payments import Payment
from portal.gateways.bank_transfer.records import BankTransaction
from portal.gateways.bank_transfer.references import InvoiceFinder
from portal.gateways.sepa.records import SepaBatch, SepaCollection


class Outcome(StrEnum):
    """`exact`, `part` and `over` pay an invoice; `credit` goes to the balance as a whole,
    because nothing is due of its invoice any more. `waiting`: a payment of that invoice has no
    answer yet. `collected` and `returned` concern direct debits."""

    EXACT = "exact"
    PART = "part"
    OVER = "over"
    CREDIT = "credit"
    WAITING = "waiting"
    UNCLEAR = "unclear"
    COLLECTED = "collected"
    RETURNED = "returned"


BOOKABLE = frozenset(Outcome) - {Outcome.WAITING, Outcome.UNCLEAR}


class Judgement(NamedTuple):
    """What a line will do: `paid` goes to the invoice, `excess` to the customer's balance.

    `hint` is the number of the only open invoice of that amount, where nothing else says which.
    """

    outcome: Outcome
    invoice: Invoice | None = None
    paid: int = 0
    excess: int = 0
    collections: tuple[SepaCollection, ...] = ()
    hint: str = ""

    @property
    def is_bookable(self) -> bool:
        return self.outcome in BOOKABLE


class Matcher:
    """Judges the lines of one merchant's statements."""

    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant
        self._finder = InvoiceFinder(merchant)

    def judge(self, transaction: BankTransaction) -> Judgement:
        if transaction.return_reason:
            found = self._collections(transaction)[:1]
            return Judgement(Outcome.RETURNED if found else Outcome.UNCLEAR, collections=found)
        if collections := self._collections(transaction):
            whole = sum(collection.amount for collection in collections)
            if whole == transaction.amount and transaction.currency == "EUR":
                return Judgement(Outcome.COLLECTED, collections=collections)
        invoice = transaction.invoice or self._invoice_of(transaction)
        if invoice is None or invoice.currency != transaction.currency:
            return Judgement(Outcome.UNCLEAR, hint=self._hint(transaction))
        return judge_payment(transaction, invoice)

    def judged(
        self, transactions: Iterable[BankTransaction]
    ) -> list[tuple[BankTransaction, Judgement]]:
        """Each with what it will do; of several for one invoice, what the first ones leave.

        An invoice that one line is for is no hint for another.
        """
        left: dict[str, int] = {}
        judged = []
        for transaction in transactions:
            judgement = self.judge(transaction)
            if invoice := judgement.invoice:
                due = left.setdefault(invoice.id, _due(invoice))
                if judgement.is_bookable:
                    judgement = _paying(transaction, invoice, due)
                    left[invoice.id] = due - judgement.paid
            judged.append((transaction, judgement))
        taken = {judgement.invoice.number for _, judgement in judged if judgement.invoice}
        return [
            (transaction, judgement._replace(hint="") if judgement.hint in taken else judgement)
            for transaction, judgement in judged
        ]

    def _invoice_of(self, transaction: BankTransaction) -> Invoice | None:
        said = (transaction.creditor_reference, transaction.text, transaction.end_to_end_id)
        if invoice := self._finder.by_reference(*said):
            return invoice
        named = self._finder.by_number(" ".join(said))
        return named[0] if len(named) == 1 else None

    def _hint(self, transaction: BankTransaction) -> str:
        same = (
            Invoice.select(Invoice.number)
            .where(
                (Invoice.merchant == self._merchant)
                & (Invoice.status == InvoiceStatus.OPEN)
                & (Invoice.amount_due == transaction.amount)
                & (Invoice.currency == transaction.currency)
            )
            .limit(2)
            .tuples()
        )
        numbers = [number for (number,) in same]
        return numbers[0] if len(numbers) == 1 else ""

    def _collections(self, transaction: BankTransaction) -> tuple[SepaCollection, ...]:
        mine = SepaCollection.select().where(SepaCollection.merchant == self._merchant)
        if key := transaction.end_to_end_id.upper():
            return tuple(mine.where(SepaCollection.end_to_end_id == key))
        if message := transaction.message_id:
            return tuple(mine.join(SepaBatch).where(SepaBatch.message_id == message))
        return ()


def judge_payment(transaction: BankTransaction, invoice: Invoice) -> Judgement:
    """What the money does to this invoice as it stands now."""
    if Payment.unanswered().where(Payment.invoice == invoice).exists():
        return Judgement(Outcome.WAITING, invoice)
    return _paying(transaction, invoice, _due(invoice))


def _paying(transaction: BankTransaction, invoice: Invoice, due: int) -> Judgement:
    paid = min(due, transaction.amount)
    excess = transaction.amount - paid
    if not paid:
        return Judgement(Outcome.CREDIT, invoice, 0, excess)
    if excess:
        return Judgement(Outcome.OVER, invoice, paid, excess)
    return Judgement(Outcome.EXACT if paid == due else Outcome.PART, invoice, paid)


def _due(invoice: Invoice) -> int:
    return int(invoice.amount_due) if invoice.is_payable else 0


def quote_of(judged: Iterable[tuple[BankTransaction, Judgement]]) -> str:
    """What a preview promised, in short: confirming it does that or nothing."""
    said = [
        f"{transaction.id} {judgement.outcome} {judgement.invoice.id if judgement.invoice else ''} "
        f"{judgement.paid} {judgement.excess}"
        for transaction, judgement in judged
    ]
    return sha256("\n".join(said).encode()).hexdigest()[:32]
