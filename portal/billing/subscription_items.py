"""What a subscription is for: a price and how many of it."""

from datetime import datetime

from peewee import Check, ForeignKeyField, IntegerField

from portal.billing.merchants import Merchant
from portal.billing.money import Money
from portal.billing.periods import boundary
from portal.billing.products import Price
from portal.billing.subscriptions import Subscription
from portal.record import Record


class SubscriptionItem(Record):
    """A price and how many of it."""

    PREFIX = "si"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    subscription = ForeignKeyField(Subscription, backref="items", on_delete="CASCADE")
    price = ForeignKeyField(Price, backref="subscription_items", on_delete="RESTRICT")
    quantity = IntegerField(default=1, constraints=[Check("quantity BETWEEN 1 AND 999999")])

    @property
    def amount(self) -> Money:
        return self.price.amount(self.quantity)

    def boundary(self, anchor: datetime, index: int) -> datetime:
        """The beginning of the period `index`, counted from the anchor."""
        price = self.price
        zone = self.merchant.time_zone
        return boundary(anchor, price.interval, price.interval_count, index, zone)
