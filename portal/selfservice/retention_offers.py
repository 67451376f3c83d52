"""Retention offers: what a customer who wants to leave is offered, once, by the reason given."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Self

from peewee import Check, ForeignKeyField, IntegerField, TextField

from portal.billing import events
from portal.billing.coupons import Coupon
from portal.billing.customers import Customer
from portal.billing.merchants import Merchant
from portal.billing.products import Price
from portal.billing.subscriptions import Subscription
from portal.database import write
from portal.record import EnumField, Record, UTCDateTimeField
from portal.selfservice.configurations import PortalConfiguration


class OfferKind(StrEnum):
    DISCOUNT = "discount"
    PAUSE = "pause"
    CHEAPER_PLAN = "cheaper_plan"


class OfferTerms(NamedTuple):
    """What is offered; `kind` says which of the rest counts."""

    kind: OfferKind
    coupon_id: str | None = None
    pause_months: int | None = None
    price_id: str | None = None


class RetentionOffer(Record):
    """What is offered to those who give `reason`; `kind` says which of the rest counts."""

    PREFIX = "offer"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    configuration = ForeignKeyField(PortalConfiguration, backref="offers", on_delete="CASCADE")
    reason = TextField()
    kind = EnumField(OfferKind)
    coupon = ForeignKeyField(Coupon, null=True, on_delete="CASCADE")
    pause_months = IntegerField(null=True, constraints=[Check("pause_months BETWEEN 1 AND 36")])
    price = ForeignKeyField(Price, null=True, on_delete="CASCADE")

    @classmethod
    def by_reason(cls, configuration: PortalConfiguration) -> dict[str, Self]:
        return {
            offer.reason: offer for offer in cls.select().where(cls.configuration == configuration)
        }

    @classmethod
    def replace(
        cls,
        configuration: PortalConfiguration,
        wanted: Mapping[str, OfferTerms],
        *,
        at: datetime,
    ) -> None:
        """From now on these are made, by reason.

        What stays the same stays the same row. What changed becomes another one, so that
        somebody who was shown the former cannot be given the latter.
        """
        with write():
            configuration.refresh()
            kept = cls.by_reason(configuration)
            gone = [reason for reason, offer in kept.items() if wanted.get(reason) != offer.terms]
            new = [reason for reason in wanted if reason in gone or reason not in kept]
            mine = (cls.configuration == configuration) & cls.reason.in_(gone)
            cls.delete().where(mine).execute()
            for reason in new:
                cls.create(
                    merchant=configuration.merchant_id,
                    configuration=configuration,
                    reason=reason,
                    created_at=at,
                    **wanted[reason]._asdict(),
                )
            if gone or new:
                events.record(
                    "retention_offers.updated",
                    configuration.merchant_id,
                    at=at,
                    object_id=configuration.id,
                )

    @property
    def terms(self) -> OfferTerms:
        return OfferTerms(self.kind, self.coupon_id, self.pause_months, self.price_id)


RetentionOffer.add_index(
    RetentionOffer.configuration, RetentionOffer.reason, unique=True, name="offer_once_a_reason"
)


class OfferMade(Record):
    """An offer that a customer saw, and what they said to it.

    `taken_back_at`: accepted first, and undone by the customer.
    """

    PREFIX = "offm"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, on_delete="CASCADE")
    subscription = ForeignKeyField(Subscription, on_delete="CASCADE")
    offer = ForeignKeyField(RetentionOffer, null=True, on_delete="SET NULL")
    reason = TextField()
    kind = EnumField(OfferKind)
    accepted_at = UTCDateTimeField(null=True)
    declined_at = UTCDateTimeField(null=True)
    taken_back_at = UTCDateTimeField(null=True)

    @classmethod
    def last_of(cls, subscription: Subscription) -> Self | None:
        """The newest that was made for this subscription."""
        mine = cls.subscription == subscription
        return cls.select().where(mine).order_by(cls.id.desc()).first()

    @property
    def is_open(self) -> bool:
        return not (self.accepted_at or self.declined_at)

    @property
    def is_kept(self) -> bool:
        """Accepted, and not undone."""
        return self.accepted_at is not None and self.taken_back_at is None

    def record_event(self, type_: str, at: datetime) -> None:
        events.record(
            type_,
            self.merchant_id,
            at=at,
            object_id=self.subscription_id,
            customer_id=self.customer_id,
            reason=self.reason,
            kind=self.kind,
        )


OfferMade.add_index(OfferMade.merchant, OfferMade.id, name="offer_made_merchant_newest")
