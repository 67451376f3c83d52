"""A change of plan that takes effect later, and can be withdrawn until then."""

from datetime import datetime
from typing import Self

from peewee import Check, ForeignKeyField, IntegerField

from portal.billing.merchants import Merchant
from portal.billing.plan_errors import NothingScheduled
from portal.billing.products import Price
from portal.billing.subscriptions import Subscription
from portal.database import write
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

    @classmethod
    def waiting_of(cls, subscription: Subscription | str) -> Self | None:
        """The one change of a subscription that has not happened yet."""
        return (
            cls.select()
            .where(
                (cls.subscription == subscription)
                & cls.applied_at.is_null()
                & cls.withdrawn_at.is_null()
            )
            .first()
        )

    @classmethod
    def coming_of(cls, subscription: Subscription) -> Self | None:
        """The one that will happen as things stand; None where the subscription ends first."""
        waiting = cls.waiting_of(subscription) if subscription.is_live else None
        ends_at = subscription.ends_at
        if waiting and ends_at and ends_at <= waiting.takes_effect_at:
            return None
        return waiting

    @classmethod
    def schedule(
        cls, subscription: Subscription, price: Price, quantity: int, *, at: datetime
    ) -> Self:
        """Let a change wait for the end of the current period; an earlier one gives way.

        Only inside the transaction of the rule that holds the subscription.
        """
        cls.drop(subscription, at=at)
        waiting = cls.create(
            merchant=subscription.merchant_id,
            subscription=subscription,
            price=price,
            quantity=quantity,
            takes_effect_at=subscription.current_period_end,
            created_at=at,
        )
        waiting.record_event("subscription_schedule.created", at)
        return waiting

    @classmethod
    def drop(cls, subscription: Subscription, *, at: datetime) -> bool:
        """Let nothing wait any more; whether something did."""
        waiting = cls.waiting_of(subscription)
        if waiting is None:
            return False
        waiting.withdrawn_at = at
        waiting.save()
        waiting.record_event("subscription_schedule.canceled", at)
        return True

    @classmethod
    def withdraw(cls, subscription: Subscription, *, at: datetime) -> None:
        """Take a change back before it happens. Raises `NothingScheduled`."""
        with write():
            subscription.refresh()
            if not subscription.is_live or not cls.drop(subscription, at=at):
                raise NothingScheduled

    def record_event(self, type_: str, at: datetime) -> None:
        self.subscription.record_event(
            type_,
            at,
            schedule=self.id,
            price=self.price_id,
            quantity=str(self.quantity),
            takes_effect_at=self.takes_effect_at.isoformat(),
        )


ScheduledChange.add_index(
    ScheduledChange.subscription,
    unique=True,
    where=ScheduledChange.applied_at.is_null() & ScheduledChange.withdrawn_at.is_null(),
    name="scheduled_change_one_waiting",
)
