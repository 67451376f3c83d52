"""Subscriptions: a customer's standing agreement to pay, one period at a time."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from peewee import BooleanField, Check, ForeignKeyField, IntegerField, ModelSelect, TextField

from portal.billing import events
from portal.billing.contract_terms import next_possible_end
from portal.billing.customers import Customer
from portal.billing.errors import (
    SubscriptionAlreadyEnding,
    SubscriptionEnded,
    SubscriptionNotEnding,
    TransitionRefused,
)
from portal.billing.merchants import Merchant
from portal.billing.money import Money
from portal.billing.next_actions import next_action, remind_at
from portal.billing.periods import Period
from portal.billing.subscription_status import (
    RUNNING,
    TRANSITIONS,
    CollectionMethod,
    S,
    SubscriptionStatus,
    TrialEndAction,
)
from portal.database import write
from portal.record import EnumField, JSONField, Record, UTCDateTimeField

if TYPE_CHECKING:
    from portal.billing.subscription_items import SubscriptionItem


class Subscription(Record):
    """What a customer pays for, from period to period.

    Period boundaries are counted from `anchor_at` in the merchant's time zone.
    """

    PREFIX = "sub"
    LIVE = (S.TRIALING, S.ACTIVE, S.PAST_DUE, S.UNPAID, S.PAUSED, S.INCOMPLETE)
    RUNNING = RUNNING

    merchant = ForeignKeyField(Merchant, backref="subscriptions", index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, backref="subscriptions", index=False, on_delete="RESTRICT")
    status = EnumField(SubscriptionStatus, default=SubscriptionStatus.INCOMPLETE)
    currency = TextField(constraints=[Check("length(currency) = 3")])
    collection_method = EnumField(CollectionMethod, default=CollectionMethod.CHARGE_AUTOMATICALLY)
    days_until_due = IntegerField(
        default=14, constraints=[Check("days_until_due BETWEEN 0 AND 365")]
    )
    started_at = UTCDateTimeField()
    anchor_at = UTCDateTimeField()
    # The period that begins at the anchor; the anchor moves when a change begins a new period.
    anchor_index = IntegerField(default=0)
    period_index = IntegerField(default=0)
    current_period_start = UTCDateTimeField()
    current_period_end = UTCDateTimeField()
    trial_end = UTCDateTimeField(null=True)
    cancel_at_period_end = BooleanField(default=False)
    # When it will end, where that is not the end of the period.
    cancel_at = UTCDateTimeField(null=True)
    paused_at = UTCDateTimeField(null=True)
    resumes_at = UTCDateTimeField(null=True)
    # Contract terms: at least so many months; to be given notice so many days before.
    minimum_term_months = IntegerField(
        default=0, constraints=[Check("minimum_term_months BETWEEN 0 AND 120")]
    )
    notice_days = IntegerField(default=0, constraints=[Check("notice_days BETWEEN 0 AND 365")])
    # What a trial that ends without a payment method leads to.
    trial_end_action = EnumField(TrialEndAction, default=TrialEndAction.INVOICE)
    # When the billing run has to look next; None where nothing is to come by itself.
    next_action_at = UTCDateTimeField(null=True)
    # When the customer is to be told of what comes, and of which period they were told.
    remind_at = UTCDateTimeField(null=True)
    reminded_index = IntegerField(null=True)
    # Set aside by the safety bound, and what that counts: periods billed since, in real time.
    parked_at = UTCDateTimeField(null=True)
    invoices_today = IntegerField(default=0)
    invoices_since = UTCDateTimeField(null=True)
    canceled_at = UTCDateTimeField(null=True)
    ended_at = UTCDateTimeField(null=True)
    cancellation_reason = TextField(default="")
    cancellation_comment = TextField(default="")
    metadata = JSONField(default=dict)

    @classmethod
    def create(cls, **given: Any) -> Self:
        new = cls(**given)
        kept = {"next_action_at": next_action(new), "remind_at": remind_at(new)}
        return super().create(**given | kept)

    def save(self, *arguments: Any, **options: Any) -> Any:
        """Keeps `next_action_at` and `remind_at` true, whatever changed."""
        if self.next_action_at != (following := next_action(self)):
            self.next_action_at = following
        if self.remind_at != (reminder := remind_at(self)):
            self.remind_at = reminder
        return super().save(*arguments, **options)

    @classmethod
    def live(cls) -> ModelSelect:
        """Not over yet: what a customer sees under current subscriptions."""
        return cls.select().where(cls.status.in_(cls.LIVE))

    @property
    def item(self) -> "SubscriptionItem":
        """The one thing subscribed to. (Several items come with the API.)"""
        return self.items.first()

    @property
    def period(self) -> Period:
        return Period(self.current_period_start, self.current_period_end)

    @property
    def is_live(self) -> bool:
        return self.status in self.LIVE

    @property
    def is_ending(self) -> bool:
        return self.is_live and (self.cancel_at_period_end or self.cancel_at is not None)

    @property
    def ends_at(self) -> datetime | None:
        """When it ended, or will end as things stand."""
        planned = self.cancel_at or self.current_period_end
        return self.ended_at or (planned if self.is_ending else None)

    @property
    def amount(self) -> Money:
        return self.item.amount

    def boundary(self, index: int, item: "SubscriptionItem | None" = None) -> datetime:
        """When period `index` begins: counted from the anchor, wherever it stands now."""
        return (item or self.item).boundary(self.anchor_at, index - self.anchor_index)

    def cancel(self, *, at: datetime) -> None:
        """Let it run until it can end: with the paid period, or as the terms say.

        Raises `SubscriptionEnded`, `SubscriptionAlreadyEnding`.
        """
        with write():
            self._refresh_live()
            if self.is_ending:
                raise SubscriptionAlreadyEnding
            ends_at = next_possible_end(self, at)
            self.cancel_at_period_end = ends_at == self.current_period_end
            self.cancel_at = None if self.cancel_at_period_end else ends_at
            self.canceled_at = at
            self.save()
            self.record_event("customer.subscription.cancellation_scheduled", at)

    def reinstate(self, *, at: datetime) -> None:
        """Take a cancellation back before the end. Raises `SubscriptionNotEnding`."""
        with write():
            self._refresh_live()
            if not self.is_ending:
                raise SubscriptionNotEnding
            self.cancel_at_period_end, self.cancel_at, self.canceled_at = False, None, None
            self.cancellation_reason = self.cancellation_comment = ""
            self.save()
            self.record_event("customer.subscription.reinstated", at)

    def cancel_now(self, *, at: datetime, credits_rest: bool = False) -> None:
        """End at once; the rest of a paid period goes to the balance only where that is wanted.

        Raises `SubscriptionEnded`.
        """
        with write():
            self._refresh_live()
            self.canceled_at = self.canceled_at or at
            self.end(at=at, credits_rest=credits_rest)

    def give_reason(self, reason: str, comment: str, *, at: datetime) -> None:
        """Why it was canceled: asked after the fact, and only once it was."""
        with write():
            self.refresh()
            if not self.canceled_at:
                raise SubscriptionNotEnding
            self.cancellation_reason, self.cancellation_comment = reason, comment
            self.save()
            self.record_event("customer.subscription.cancellation_explained", at, reason=reason)

    def renew(self, *, at: datetime) -> bool:
        """Begin and bill the next period, or do what else has come; see `renewals.renew`."""
        from portal.billing.renewals import renew  # noqa: PLC0415 - each needs the other

        return renew(self, at=at)

    def first_payment_arrived(self, *, at: datetime) -> None:
        """An invoice of it was paid: what waited for money runs again; see `recoveries`."""
        from portal.billing.recoveries import money_arrived  # noqa: PLC0415 - each needs the other

        money_arrived(self, at=at)

    def end(self, *, at: datetime, credits_rest: bool = False) -> None:
        """Final: the subscription is over; see `endings.end`."""
        from portal.billing.endings import end  # noqa: PLC0415 - each needs the other

        end(self, at=at, credits_rest=credits_rest)

    def mark(self, status: SubscriptionStatus, *, at: datetime) -> None:
        """A change of status that follows from payments. Raises `TransitionRefused`."""
        with write():
            self.refresh()
            self.become(status)
            self.save()
            self.record_event("customer.subscription.updated", at)

    def record_event(self, type_: str, at: datetime, **data: str) -> None:
        events.Event.create_many([self.event(type_, at, **data)])

    def event(self, type_: str, at: datetime, **data: str) -> events.Event:
        """What happened to it, not written down yet."""
        return events.made(
            type_, self.merchant_id, at=at, object_id=self.id, customer_id=self.customer_id, **data
        )

    def become(self, status: SubscriptionStatus) -> None:
        """Not saved yet. Raises `TransitionRefused`."""
        if status not in TRANSITIONS[self.status]:
            raise TransitionRefused(f"{self.status} to {status}")
        self.status = status

    def _refresh_live(self) -> None:
        if not self.refresh().is_live:
            raise SubscriptionEnded


Subscription.add_index(Subscription.merchant, Subscription.id, name="subscription_merchant_newest")
Subscription.add_index(
    Subscription.merchant, Subscription.status, Subscription.id, name="subscription_merchant_status"
)
Subscription.add_index(Subscription.customer, Subscription.id, name="subscription_customer")
Subscription.add_index(
    Subscription.merchant,
    Subscription.next_action_at,
    Subscription.id,
    where=Subscription.next_action_at.is_null(False),
    name="subscription_merchant_due",
)
Subscription.add_index(
    Subscription.merchant,
    Subscription.remind_at,
    where=Subscription.remind_at.is_null(False),
    name="subscription_merchant_remind",
)
