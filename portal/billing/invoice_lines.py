"""The lines of an invoice."""

from peewee import (
    BigIntegerField,
    BooleanField,
    Check,
    ForeignKeyField,
    IntegerField,
    ModelSelect,
    TextField,
)

from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.products import Price
from portal.billing.tax import TaxBehavior
from portal.record import EnumField, MoneyField, Record, UTCDateTimeField


class InvoiceLine(Record):
    """A line of an invoice. `amount` as priced, `net` + `tax` = `gross`, rounded half up.

    `tax_rate` is in hundredths of a percent: 1900 is 19 %.
    """

    PREFIX = "il"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    invoice = ForeignKeyField(Invoice, backref="unordered_lines", on_delete="CASCADE")
    position = IntegerField()
    description = TextField()
    price = ForeignKeyField(Price, null=True, index=False, on_delete="SET NULL")
    quantity = IntegerField(default=1, constraints=[Check("quantity BETWEEN 1 AND 999999")])
    unit_label = TextField(default="")
    unit_amount = MoneyField(null=True)
    amount = MoneyField()
    # Part of `amount` that discounts take off, not negative where `amount` is not.
    discount_amount = MoneyField(default=0)
    discount_name = TextField(default="")
    is_proration = BooleanField(default=False)
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField(constraints=[Check("net + tax = gross")])
    tax_rate = BigIntegerField(default=0)
    # UNCL5305: S standard, Z zero, E exempt, AE reverse charge, G export, O outside the scope.
    tax_category = TextField(default="S")
    tax_behavior = EnumField(TaxBehavior, default=TaxBehavior.INCLUSIVE)
    period_start = UTCDateTimeField(null=True)
    period_end = UTCDateTimeField(null=True)

    @classmethod
    def of(cls, invoice: Invoice) -> ModelSelect:
        return cls.select().where(cls.invoice == invoice).order_by(cls.position)


InvoiceLine.add_index(
    InvoiceLine.invoice, InvoiceLine.position, unique=True, name="invoice_line_position"
)
