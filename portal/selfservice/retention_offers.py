"""Retention offers: what a customer who wants to leave is offered, once, by the reason given."""

from enum import StrEnum

from peewee import Check, ForeignKeyField, IntegerField, TextField

from portal.billing.coupons import Coupon
from portal.billing.customers import Customer
from portal.billing.merchants import Merchant
from portal.billing.products import Price
from portal.billing.subscriptions import Subscription
from portal.record import EnumField, Record, UTCDateTimeField
from portal.selfservice.configurations import PortalConfiguration


class OfferKind(StrEnum):
    DISCOUNT = "discount"
    PAUSE = "pause"
    CHEAPER_PLAN = "cheaper_plan"


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


RetentionOffer.add_index(
    RetentionOffer.configuration, RetentionOffer.reason, unique=True, name="offer_once_a_reason"
)


class OfferMade(Record):
    """An offer that a customer saw, and what they said to it."""

    PREFIX = "offm"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, on_delete="CASCADE")
    subscription = ForeignKeyField(Subscription, on_delete="CASCADE")
    offer = ForeignKeyField(RetentionOffer, null=True, on_delete="SET NULL")
    reason = TextField()
    kind = EnumField(OfferKind)
    accepted_at = UTCDateTimeField(null=True)
    declined_at = UTCDateTimeField(null=True)


OfferMade.add_index(OfferMade.merchant, OfferMade.id, name="offer_made_merchant_newest")
