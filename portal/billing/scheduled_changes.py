"""A change of plan that takes effect later, and can be withdrawn until then."""

from peewee import Check, ForeignKeyField, IntegerField

from portal.billing.merchants import Merchant
from portal.billing.products import Price
from portal.billing.subscriptions import Subscription
from portal.record import Record, UTCDateTimeField


class ScheduledChange(Record):
    """Price and quantity from `takes_effect_at` on, the end of a period."""

    PREFIX = "sub_sched"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    subscription = ForeignKeyField(
        Subscription, backref="scheduled_changes", index=False, on_delete="CASCADE"
    )
    price = ForeignKeyField(Price, index=False, on_delete="RESTRICT")
    quantity = IntegerField(default=1, constraints=[Check("quantity BETWEEN 1 AND 999999")])
    takes_effect_at = UTCDateTimeField()
    applied_at = UTCDateTimeField(null=True)
    withdrawn_at = UTCDateTimeField(null=True)


ScheduledChange.add_index(
    ScheduledChange.subscription,
    unique=True,
    where=ScheduledChange.applied_at.is_null() & ScheduledChange.withdrawn_at.is_null(),
    name="scheduled_change_one_waiting",
)
