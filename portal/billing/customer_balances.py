"""The customer's credit balance: every movement of it is a row."""

from enum import StrEnum

from peewee import Check, ForeignKeyField, TextField

from portal.billing.customers import Customer
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.record import EnumField, IdField, MoneyField, Record


class BalanceReason(StrEnum):
    ADJUSTMENT = "adjustment"
    CREDIT_NOTE = "credit_note"
    APPLIED_TO_INVOICE = "applied_to_invoice"
    UNAPPLIED_FROM_INVOICE = "unapplied_from_invoice"
    OVERPAYMENT = "overpayment"
    PAID_OUT = "paid_out"


class CustomerBalanceTransaction(Record):
    """A movement in minor units: positive in the customer's favour."""

    PREFIX = "cbtxn"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    customer = ForeignKeyField(
        Customer, backref="balance_transactions", index=False, on_delete="CASCADE"
    )
    currency = TextField(constraints=[Check("length(currency) = 3")])
    amount = MoneyField(constraints=[Check("amount <> 0")])
    ending_balance = MoneyField(constraints=[Check("ending_balance >= 0")])
    reason = EnumField(BalanceReason)
    invoice = ForeignKeyField(Invoice, null=True, on_delete="SET NULL")
    credit_note_id = IdField(default="")
    note = TextField(default="")


CustomerBalanceTransaction.add_index(
    CustomerBalanceTransaction.customer,
    CustomerBalanceTransaction.id,
    name="balance_customer_newest",
)
