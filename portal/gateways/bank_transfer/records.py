"""What the merchant's bank said, line by line, and transfers that the merchant makes."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from peewee import Check, ForeignKeyField, IntegerField, IntegrityError, ModelSelect, TextField

from portal.billing.gateway import RefundStatus
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.payments import Payment
from portal.database import write
from portal.record import EnumField, IdField, JSONField, MoneyField, Record, UTCDateTimeField


class BankStatement(Record):
    """A file that was uploaded. `problems` are `[line, code]` of what could not be read,
    `repeated` the entries that an earlier file had brought already."""

    PREFIX = "bst"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    actor_id = IdField(default="")
    actor_name = TextField(default="")
    filename = TextField(default="")
    format = TextField()
    account = TextField(default="")
    problems = JSONField(default=list)
    repeated = JSONField(default=list)
    outgoing_count = IntegerField(default=0)
    confirmed_at = UTCDateTimeField(null=True)


BankStatement.add_index(BankStatement.merchant, BankStatement.id, name="bank_statement_newest")


class TransactionStatus(StrEnum):
    """`open`: not decided yet. `ignored`: no payment of an invoice, as the merchant says."""

    OPEN = "open"
    BOOKED = "booked"
    IGNORED = "ignored"


class BankTransaction(Record):
    """An entry of a statement that concerns us, once for ever: `fingerprint` sees to that.

    `outcome` is what was confirmed: it is set while the line is open and to be booked.
    `invoice` is the one that a person chose, or that it was booked for. `amount` is in minor
    units; `return_reason` says that it is a direct debit that came back.
    """

    PREFIX = "btx"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    statement = ForeignKeyField(BankStatement, backref="transactions", on_delete="CASCADE")
    fingerprint = TextField()
    line = IntegerField()
    booked_on = TextField()
    amount = MoneyField(constraints=[Check("amount > 0")])
    currency = TextField(constraints=[Check("length(currency) = 3")])
    name = TextField(default="")
    iban = TextField(default="")
    text = TextField(default="")
    creditor_reference = TextField(default="")
    end_to_end_id = TextField(default="")
    bank_reference = TextField(default="")
    message_id = TextField(default="")
    return_reason = TextField(default="")
    status = EnumField(TransactionStatus, default=TransactionStatus.OPEN)
    outcome = TextField(default="")
    invoice = ForeignKeyField(Invoice, null=True, on_delete="SET NULL")
    payment = ForeignKeyField(Payment, null=True, index=False, on_delete="SET NULL")
    booked_at = UTCDateTimeField(null=True)

    @classmethod
    def open_of(cls, statement: BankStatement) -> ModelSelect:
        return (
            cls.select()
            .where((cls.statement == statement) & (cls.status == TransactionStatus.OPEN))
            .order_by(cls.line, cls.id)
        )

    @classmethod
    def promised_of(cls, statement: BankStatement) -> ModelSelect:
        """What was confirmed and is not booked yet, in the order of the file."""
        return cls.open_of(statement).where(cls.outcome != "")

    @classmethod
    def promise(cls, ids: Sequence[str], outcome: str) -> int:
        """Note that these are to be booked; answers how many are still open and were not yet."""
        is_new = (cls.status == TransactionStatus.OPEN) & (cls.outcome == "")
        return int(cls.update(outcome=outcome).where(cls.id.in_(list(ids)) & is_new).execute())

    @classmethod
    def of(cls, statement: BankStatement) -> ModelSelect:
        return cls.select().where(cls.statement == statement).order_by(cls.line, cls.id)


BankTransaction.add_index(
    BankTransaction.merchant,
    BankTransaction.fingerprint,
    unique=True,
    name="bank_transaction_once",
)
BankTransaction.add_index(
    BankTransaction.merchant,
    BankTransaction.status,
    name="bank_transaction_status",
)


class OutgoingTransfer(Record):
    """Money that the merchant gives back by a transfer of their own, once a key.

    We cannot order it: the bank does what the merchant says there. It is pending until the
    merchant has said that it was made.
    """

    PREFIX = "otr"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    gateway = TextField()
    key = TextField(unique=True)
    charge_key = TextField()
    amount = MoneyField(constraints=[Check("amount > 0")])
    currency = TextField(constraints=[Check("length(currency) = 3")])
    status = EnumField(RefundStatus, default=RefundStatus.PENDING)
    name = TextField(default="")
    iban = TextField(default="")
    made_at = UTCDateTimeField(null=True)

    @classmethod
    def once(cls, key: str, **given: Any) -> Self:
        """The transfer of that key; written down now if it is asked for the first time."""
        try:
            with write():
                return cls.get_or_none(cls.key == key) or cls.create(key=key, **given)
        except IntegrityError:  # another process was faster
            return cls.get(cls.key == key)

    @classmethod
    def to_make(cls, merchant: Merchant) -> ModelSelect:
        """What waits, oldest first."""
        waits = (cls.merchant == merchant) & (cls.status == RefundStatus.PENDING)
        return cls.select().where(waits).order_by(cls.id)

    def mark_made(self, *, at: datetime) -> None:
        """The merchant has made it. A second time changes nothing."""
        with write():
            self.refresh()
            if self.status == RefundStatus.PENDING:
                self.status, self.made_at = RefundStatus.SUCCEEDED, at
                self.save()


OutgoingTransfer.add_index(
    OutgoingTransfer.merchant, OutgoingTransfer.status, name="outgoing_transfer_status"
)
