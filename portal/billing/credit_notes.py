"""Credit notes: what an issued invoice says too much is taken back by a document of its own."""

from collections import defaultdict
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, Self

from peewee import (
    BigIntegerField,
    Check,
    ForeignKeyField,
    IntegerField,
    ModelSelect,
    TextField,
    fn,
)

from portal.billing.customers import Customer
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.money import Money, half_up
from portal.billing.tax import TaxBehavior
from portal.record import EnumField, JSONField, MoneyField, Record, UTCDateTimeField


class CreditReason(StrEnum):
    """Why something was credited; CORRECTION and PRORATION follow from an act, unasked."""

    DUPLICATE = "duplicate"
    ORDER_CHANGE = "order_change"
    PRODUCT_UNSATISFACTORY = "product_unsatisfactory"
    FRAUDULENT = "fraudulent"
    CORRECTION = "correction"
    PRORATION = "proration"
    OTHER = "other"


class CreditNote(Record):
    """Takes back `total` of an invoice. All amounts positive, in minor units of `currency`.

    Where the money goes: off what is still due, back to where it came from (refund), to the
    customer's balance, or back outside of this system.
    """

    PREFIX = "cn"

    merchant = ForeignKeyField(Merchant, backref="credit_notes", index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, backref="credit_notes", index=False, on_delete="RESTRICT")
    invoice = ForeignKeyField(Invoice, backref="credit_notes", on_delete="RESTRICT")
    number = TextField()
    reason = EnumField(CreditReason, default=CreditReason.OTHER)
    memo = TextField(default="")
    currency = TextField(constraints=[Check("length(currency) = 3")])
    subtotal = MoneyField()
    tax = MoneyField()
    total = MoneyField(constraints=[Check("total > 0")])
    due_amount = MoneyField(default=0, constraints=[Check("due_amount >= 0")])
    refund_amount = MoneyField(default=0, constraints=[Check("refund_amount >= 0")])
    balance_amount = MoneyField(default=0, constraints=[Check("balance_amount >= 0")])
    outside_amount = MoneyField(default=0, constraints=[Check("outside_amount >= 0")])
    issued_at = UTCDateTimeField()
    document = JSONField(default=dict)

    class Meta:
        constraints = [
            Check("subtotal + tax = total"),
            Check("due_amount + refund_amount + balance_amount + outside_amount = total"),
        ]

    @classmethod
    def of(cls, invoice: Invoice) -> ModelSelect:
        """The credit notes of an invoice, oldest first."""
        return cls.select().where(cls.invoice == invoice).order_by(cls.id)

    @classmethod
    def of_customer(cls, customer: Customer) -> ModelSelect:
        """The credit notes that a customer may see, newest first."""
        return cls.select().where(cls.customer == customer).order_by(cls.id.desc())

    @classmethod
    def given_back(cls, subscription_id: str, at: datetime) -> int:
        """What of a subscription's unused time went to the balance at that moment, in minor units.

        Time that was paid for and is lost when a subscription ends is credited as it ends.
        """
        notes = (
            cls.select(fn.COALESCE(fn.SUM(cls.balance_amount), 0))
            .join(Invoice)
            .where(
                Invoice.subscription == subscription_id,
                cls.reason == CreditReason.PRORATION,
                cls.issued_at == at,
            )
        )
        return int(notes.scalar())

    @property
    def money(self) -> Money:
        return Money(self.total, self.currency)


CreditNote.add_index(CreditNote.merchant, CreditNote.number, unique=True, name="credit_note_number")
CreditNote.add_index(CreditNote.merchant, CreditNote.id, name="credit_note_merchant_newest")
CreditNote.add_index(CreditNote.customer, CreditNote.id, name="credit_note_customer_newest")


class CreditNoteLine(Record):
    """A part of an invoice's line that is taken back; positive, `net` + `tax` = `gross`."""

    PREFIX = "cnl"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    credit_note = ForeignKeyField(CreditNote, backref="lines", on_delete="CASCADE")
    invoice_line = ForeignKeyField(InvoiceLine, null=True, on_delete="SET NULL")
    position = IntegerField()
    description = TextField()
    quantity = IntegerField(default=1)
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField(constraints=[Check("net + tax = gross")])
    tax_rate = BigIntegerField(default=0)
    tax_category = TextField(default="S")
    tax_behavior = EnumField(TaxBehavior, default=TaxBehavior.INCLUSIVE)
    period_start = UTCDateTimeField(null=True)
    period_end = UTCDateTimeField(null=True)

    @classmethod
    def of(cls, credit_note: CreditNote) -> ModelSelect:
        return cls.select().where(cls.credit_note == credit_note).order_by(cls.position)


class Credited(NamedTuple):
    """What was taken back of a line so far; minor units, with the sign of the line."""

    gross: int = 0
    tax: int = 0

    def plus(self, gross: int, tax: int) -> Self:
        return self._replace(gross=self.gross + gross, tax=self.tax + tax)


def credited_of(invoice: Invoice) -> dict[str, Credited]:
    """What all credit notes of `invoice` took back, by the id of the line; nothing by default."""
    line = CreditNoteLine.invoice_line
    sums = (
        CreditNoteLine.select(line, fn.SUM(CreditNoteLine.gross), fn.SUM(CreditNoteLine.tax))
        .join(CreditNote)
        .where((CreditNote.invoice == invoice) & line.is_null(False))
        .group_by(line)
        .tuples()
    )
    found = {line_id: Credited(int(gross), int(tax)) for line_id, gross, tax in sums}
    return defaultdict(Credited, found)


class Part(NamedTuple):
    """So much of a line's gross amount, in minor units, with the sign of the line.

    `description` and period say what it was for, where that is not the whole line.
    """

    line: InvoiceLine
    gross: int
    description: str = ""
    period_start: datetime | None = None
    period_end: datetime | None = None


class LinePart(NamedTuple):
    """A part with its tax told apart: net + tax == the part's gross."""

    part: Part
    net: int
    tax: int

    @property
    def is_whole(self) -> bool:
        return self.part.gross == self.part.line.gross


def tax_of(line: InvoiceLine, gross: int) -> int:
    """The tax in the first `gross` minor units of a line, half up; all of them: the line's own.

    The tax of a part is what this grows by: it never drifts, and the last part takes the rest.
    """
    return half_up(Fraction(line.tax * gross, line.gross))


def is_left(line: InvoiceLine, credited: Credited, gross: int) -> bool:
    """Whether `gross` (not 0) is no more than what is left of a line, and has its sign."""
    left = line.gross - credited.gross
    return 0 < gross <= left or left <= gross < 0
