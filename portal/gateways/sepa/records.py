"""Mandates, collections and the files in which collections go to the merchant's bank."""

from datetime import date, datetime, timedelta
from typing import Any, Self

from peewee import (
    BooleanField,
    Check,
    ForeignKeyField,
    IntegerField,
    IntegrityError,
    ModelSelect,
    TextField,
)

from portal.billing.gateway import PaymentStatus
from portal.billing.merchants import Merchant
from portal.billing.money import Money
from portal.crypto import new_token
from portal.database import write
from portal.record import EnumField, IdField, JSONField, MoneyField, Record, UTCDateTimeField

# Unused for so long, a mandate may not be used any more (EPC016-06, 4.1).
LIFE_MONTHS = 36
# Whoever has the address of its page may give it, and is led back to where it was begun.
PAGE_OPEN_FOR = timedelta(days=1)


class SepaMandate(Record):
    """The permission to debit an account: who gave it, when, to which words, and from where.

    Never deleted or changed once given: another account is another mandate, so that what was
    agreed to stays. `reference` is the unique mandate reference (at most 35 characters);
    `creditor` is what was shown of the creditor, `text` the words (eu-law: EPC392-08).
    """

    PREFIX = "mndt"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    key = TextField(unique=True)
    secret = TextField(unique=True, default=new_token)
    reference = TextField(constraints=[Check("length(reference) BETWEEN 1 AND 35")])
    return_url = TextField()
    customer_id = IdField(index=True)
    is_one_off = BooleanField(default=False)
    debtor_name = TextField(default="")
    iban = TextField(default="")
    locale = TextField(default="en")
    text_version = TextField(default="")
    text = JSONField(default=dict)
    creditor = JSONField(default=dict)
    accepted_at = UTCDateTimeField(null=True)
    accepted_ip = TextField(default="")
    last_used_at = UTCDateTimeField(null=True)
    revoked_at = UTCDateTimeField(null=True)
    # The bank said that it cannot be used: the code of its reason.
    blocked_reason = TextField(default="")

    @property
    def last4(self) -> str:
        return str(self.iban[-4:])

    @property
    def is_accepted(self) -> bool:
        return self.accepted_at is not None

    def has_run_out(self, at: datetime) -> bool:
        """Whether it was begun too long ago for its page to be open still."""
        return at >= self.created_at + PAGE_OPEN_FOR

    @property
    def lapses_at(self) -> datetime | None:
        """When it has not been used for 36 months; None while it was not given."""
        since = self.last_used_at or self.accepted_at
        return _months_later(since, LIFE_MONTHS) if since else None

    def is_usable(self, at: datetime) -> bool:
        """Whether an account may be debited by it: given, not lapsed, revoked nor blocked."""
        lapses_at = self.lapses_at
        return (
            lapses_at is not None
            and at < lapses_at
            and self.revoked_at is None
            and not self.blocked_reason
        )


SepaMandate.add_index(
    SepaMandate.merchant, SepaMandate.reference, unique=True, name="sepa_mandate_reference"
)


def _months_later(at: datetime, months: int) -> datetime:
    year, month = divmod(at.month - 1 + months, 12)
    # 29 February of a common year is the 28th.
    for day in (at.day, 28):
        try:
            return at.replace(year=at.year + year, month=month + 1, day=day)
        except ValueError:
            continue
    return at + timedelta(days=30 * months)


class SepaBatch(Record):
    """A file with collections as it was exported: the same bytes however often it is fetched."""

    PREFIX = "sbat"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    message_id = TextField()
    count = IntegerField(constraints=[Check("count > 0")])
    total = MoneyField()
    actor_name = TextField(default="")
    xml = TextField()


SepaBatch.add_index(SepaBatch.merchant, SepaBatch.id, name="sepa_batch_newest")
SepaBatch.add_index(
    SepaBatch.merchant, SepaBatch.message_id, unique=True, name="sepa_batch_message"
)


class SepaCollection(Record):
    """A debit that was asked for, once a key. `due_on` is the day of the debit."""

    PREFIX = "scol"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    mandate = ForeignKeyField(SepaMandate, backref="collections", on_delete="RESTRICT")
    batch = ForeignKeyField(SepaBatch, backref="collections", null=True, on_delete="RESTRICT")
    key = TextField(unique=True)
    end_to_end_id = TextField()
    amount = MoneyField(constraints=[Check("amount > 0")])
    currency = TextField(constraints=[Check("currency = 'EUR'")])
    announced_on = TextField()
    due_on = TextField()
    sequence_type = TextField(default="")
    status = EnumField(PaymentStatus, default=PaymentStatus.PENDING)
    reason = TextField(default="")
    settled_at = UTCDateTimeField(null=True)
    returned_at = UTCDateTimeField(null=True)

    @classmethod
    def once(cls, key: str, **given: Any) -> tuple[Self, bool]:
        """The collection of that key, and whether it was written down just now."""
        try:
            with write():
                if found := cls.get_or_none(cls.key == key):
                    return found, False
                return cls.create(key=key, **given), True
        except IntegrityError:  # another process was faster
            return cls.get(cls.key == key), False

    @classmethod
    def to_submit(cls, merchant: Merchant) -> ModelSelect:
        """What no file holds yet, the earliest day first, each with its mandate."""
        return (
            cls.select(cls, SepaMandate)
            .join(SepaMandate)
            .where(
                (cls.merchant == merchant)
                & cls.batch.is_null()
                & (cls.status == PaymentStatus.PENDING)
            )
            .order_by(cls.due_on, cls.id)
        )

    @classmethod
    def under_way(cls, merchant: Merchant) -> ModelSelect:
        """Submitted, and not known to have arrived."""
        return (
            cls.select(cls, SepaMandate)
            .join(SepaMandate)
            .where(
                (cls.merchant == merchant)
                & cls.batch.is_null(False)
                & (cls.status == PaymentStatus.PENDING)
            )
            .order_by(cls.due_on, cls.id)
        )

    @classmethod
    def batches_under_way(cls, merchant: Merchant) -> set[str]:
        """The ids of files of which something is not known to have arrived or failed."""
        running = cls.select(cls.batch).where(
            (cls.merchant == merchant)
            & cls.batch.is_null(False)
            & (cls.status == PaymentStatus.PENDING)
        )
        return {batch_id for (batch_id,) in running.distinct().tuples()}

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def due_date(self) -> date:
        return date.fromisoformat(self.due_on)


SepaCollection.add_index(
    SepaCollection.merchant,
    SepaCollection.end_to_end_id,
    unique=True,
    name="sepa_collection_end_to_end",
)
SepaCollection.add_index(
    SepaCollection.merchant,
    SepaCollection.status,
    SepaCollection.due_on,
    name="sepa_collection_due",
)
