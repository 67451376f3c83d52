"""The time machine of a sandbox merchant: each journey forward is a row."""

from peewee import Check, ForeignKeyField, IntegerField, TextField

from portal.billing.merchants import Merchant
from portal.record import Record, UTCDateTimeField


class ClockAdvance(Record):
    """A journey of a sandbox merchant's clock, and how far it has come. Business times."""

    PREFIX = "clock"

    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    from_at = UTCDateTimeField()
    to_at = UTCDateTimeField()
    reached_at = UTCDateTimeField()
    steps = IntegerField(default=0)
    finished_at = UTCDateTimeField(null=True)
    failure = TextField(default="")

    class Meta:
        constraints = [Check("from_at < to_at"), Check("reached_at BETWEEN from_at AND to_at")]


ClockAdvance.add_index(
    ClockAdvance.merchant,
    unique=True,
    where=ClockAdvance.finished_at.is_null(),
    name="clock_advance_one_at_a_time",
)
