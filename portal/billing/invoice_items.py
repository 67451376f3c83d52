"""What waits to be billed: lines that the next invoice of a customer will carry."""

from peewee import BooleanField, Check, ForeignKeyField, IntegerField, TextField

from portal.billing.customers import Customer
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.products import Price
from portal.billing.subscriptions import Subscription
from portal.billing.tax import TaxBehavior
from portal.record import EnumField, MoneyField, Record, UTCDateTimeField


class InvoiceItem(Record):
    """A line for the next invoice. `amount` in minor units; negative where it gives back."""

    PREFIX = "ii"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, index=False, on_delete="CASCADE")
    subscription = ForeignKeyField(
        Subscription, null=True, index=False, backref="pending_items", on_delete="CASCADE"
    )
    invoice = ForeignKeyField(Invoice, null=True, on_delete="SET NULL")
    currency = TextField(constraints=[Check("length(currency) = 3")])
    description = TextField()
    quantity = IntegerField(default=1, constraints=[Check("quantity BETWEEN 1 AND 999999")])
    unit_amount = MoneyField(null=True)
    amount = MoneyField()
    tax_behavior = EnumField(TaxBehavior, default=TaxBehavior.INCLUSIVE)
    tax_code = TextField(default="")
    unit_label = TextField(default="")
    price = ForeignKeyField(Price, null=True, index=False, on_delete="SET NULL")
    period_start = UTCDateTimeField(null=True)
    period_end = UTCDateTimeField(null=True)
    is_proration = BooleanField(default=False)
    # In which period of the subscription it came up.
    period_index = IntegerField(null=True)
    # Billed, or no longer to be billed.
    billed_at = UTCDateTimeField(null=True)


InvoiceItem.add_index(
    InvoiceItem.subscription,
    InvoiceItem.id,
    where=InvoiceItem.billed_at.is_null(),
    name="invoice_item_waiting",
)
InvoiceItem.add_index(InvoiceItem.customer, InvoiceItem.id, name="invoice_item_customer")
InvoiceItem.add_index(
    InvoiceItem.subscription,
    InvoiceItem.period_index,
    InvoiceItem.id,
    name="invoice_item_of_period",
)
