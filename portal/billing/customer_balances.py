"""The customer's credit balance: every movement of it is a row."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from peewee import Check, ForeignKeyField, ModelSelect, TextField

from portal.billing import events
from portal.billing.customers import Customer
from portal.billing.errors import AmountTooLarge, BalanceTooSmall, BalanceUnmoved
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.money import MAX_AMOUNT, Money
from portal.database import held, write
from portal.ids import new_id
from portal.record import EnumField, IdField, MoneyField, Record


class BalanceReason(StrEnum):
    """Why a balance moved."""

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

    @classmethod
    def of(cls, customer: Customer) -> ModelSelect:
        """Every movement, newest first."""
        return cls.select().where(cls.customer == customer).order_by(cls.id.desc())

    @classmethod
    def newest_of(cls, customer: Customer) -> Self | None:
        return cls.of(customer).first()

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def money_after(self) -> Money:
        return Money(self.ending_balance, self.currency)


CustomerBalanceTransaction.add_index(
    CustomerBalanceTransaction.customer,
    CustomerBalanceTransaction.id,
    name="balance_customer_newest",
)


def move(
    customer: Customer,
    amount: int,
    *,
    reason: BalanceReason,
    at: datetime,
    invoice: Invoice | None = None,
    credit_note_id: str = "",
    note: str = "",
    movement_id: str | None = None,
) -> CustomerBalanceTransaction:
    """Add `amount` minor units to the balance, or take them off where it is negative.

    Holds the customer's row until the transaction ends; the same `movement_id` again finds what
    it led to. The first movement fixes the currency: the invoice's, else the merchant's.
    Raises `BalanceTooSmall`, `BalanceUnmoved` for 0, `AmountTooLarge`, `CurrencyIsFixed`.
    """
    if not amount:
        raise BalanceUnmoved
    with write():
        before = held_balance(customer)
        if again := _moved_already(customer, movement_id):
            return again
        _write_balance(customer, balance := _sum(before, amount))
        customer.fix_currency((invoice or customer).currency or customer.merchant.currency)
        movement = CustomerBalanceTransaction.create(
            id=movement_id or new_id(CustomerBalanceTransaction.PREFIX, at),
            merchant=customer.merchant_id,
            customer=customer,
            currency=customer.currency,
            amount=amount,
            ending_balance=balance,
            reason=reason,
            invoice=invoice,
            credit_note_id=credit_note_id,
            note=note,
            created_at=at,
        )
        _tell(movement, at)
    return movement


def _moved_already(
    customer: Customer, movement_id: str | None
) -> CustomerBalanceTransaction | None:
    if movement_id is None:
        return None
    mine = CustomerBalanceTransaction.of(customer)
    return mine.where(CustomerBalanceTransaction.id == movement_id).first()


def _sum(balance: int, amount: int) -> int:
    if balance + amount < 0:
        raise BalanceTooSmall
    if balance + amount > MAX_AMOUNT:
        raise AmountTooLarge
    return balance + amount


def _tell(movement: CustomerBalanceTransaction, at: datetime) -> None:
    events.record(
        "customer.balance.changed",
        movement.merchant_id,
        at=at,
        object_id=movement.id,
        customer_id=movement.customer_id,
        amount=movement.amount,
        balance=movement.ending_balance,
        currency=movement.currency,
        reason=movement.reason.value,
        invoice=movement.invoice_id or "",
    )


def held_balance(customer: Customer) -> int:
    """The balance as stored now, and kept from others until the transaction ends."""
    row = held(Customer.select(Customer.balance).where(Customer.id == customer.id)).tuples().get()
    return int(row[0])


def reread(customer: Customer) -> None:
    """Make what was read of a customer know the balance as it is now."""
    _know(customer, held_balance(customer))


def _write_balance(customer: Customer, balance: int) -> None:
    Customer.update(balance=balance).where(Customer.id == customer.id).execute()
    _know(customer, balance)


def _know(customer: Customer, balance: int) -> None:
    # Not by the attribute: a later `save` of this object would then write an old balance.
    customer.__data__["balance"] = balance


def apply_to(invoice: Invoice, customer: Customer, at: datetime) -> int:
    """Pay what is due of `invoice` from the balance, as far as it goes; answers how much.

    While the invoice is being issued: its row is there, `conclude` (which saves the sums that
    are set here) comes next, in the same transaction. A customer who was read with an empty
    balance costs no query; what came in since waits for the next invoice.
    """
    if not customer.balance or invoice.amount_due <= 0:
        return 0
    amount = min(held_balance(customer), invoice.amount_due)
    if amount <= 0:
        return 0
    reason = BalanceReason.APPLIED_TO_INVOICE
    move(customer, -amount, reason=reason, at=at, invoice=invoice)
    invoice.amount_from_balance += amount
    invoice.amount_due -= amount
    return amount


def give_back(invoice: Invoice, at: datetime) -> int:
    """What was applied to an invoice returns to the balance, because the invoice is void.

    Inside the transaction of `Invoice.void`, which saves the sums that are set here.
    """
    amount = invoice.amount_from_balance
    if not amount:
        return 0
    reason = BalanceReason.UNAPPLIED_FROM_INVOICE
    move(invoice.customer, amount, reason=reason, at=at, invoice=invoice)
    invoice.amount_from_balance -= amount
    invoice.amount_due += amount
    return int(amount)
