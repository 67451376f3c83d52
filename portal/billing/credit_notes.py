"""Credit notes: what an issued invoice says too much is taken back by a document of its own."""

from enum import StrEnum

from peewee import BigIntegerField, Check, ForeignKeyField, IntegerField, TextField

from portal.billing.customers import Customer
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.tax import TaxBehavior
from portal.record import EnumField, JSONField, MoneyField, Record, UTCDateTimeField


class CreditReason(StrEnum):
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
