"""A customer's subscriptions with what they are for, light where many are listed."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from peewee import ModelSelect

from portal.billing.customers import Customer
from portal.billing.money import Money
from portal.billing.periods import Interval
from portal.billing.pricing import PriceModel, Tier, amount_for
from portal.billing.products import Price, Product
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscription_status import SubscriptionStatus
from portal.billing.subscriptions import Subscription
from portal.prepared import Prepared

RECENTLY = timedelta(days=90)


class SubscriptionRow(NamedTuple):
    """What a list shows; answers the same questions as subscription, price and product."""

    id: str
    status: SubscriptionStatus
    current_period_end: datetime
    trial_end: datetime | None
    cancel_at_period_end: bool
    cancel_at: datetime | None
    resumes_at: datetime | None
    ended_at: datetime | None
    quantity: int
    currency: str
    model: PriceModel
    unit_amount: int
    package_size: int
    tiers_data: list[dict[str, Any]]
    interval: Interval
    interval_count: int
    name: str
    image: str
    unit_label: str

    @property
    def is_live(self) -> bool:
        return self.status in Subscription.LIVE

    @property
    def is_ending(self) -> bool:
        return self.is_live and (self.cancel_at_period_end or self.cancel_at is not None)

    @property
    def ends_at(self) -> datetime | None:
        planned = self.cancel_at or self.current_period_end
        return self.ended_at or (planned if self.is_ending else None)

    @property
    def is_recurring(self) -> bool:
        return True

    @property
    def amount(self) -> Money:
        """What one period costs, in the price's own tax behaviour."""
        tiers = tuple(Tier(**tier) for tier in self.tiers_data)
        given = (self.quantity, self.unit_amount, self.package_size, tiers)
        return Money(amount_for(self.model, *given), self.currency)


_OF_SUBSCRIPTION = SubscriptionRow._fields[:8]
_OF_PRICE = SubscriptionRow._fields[9:16]
_OF_PRODUCT = SubscriptionRow._fields[16:]
COLUMNS = [
    *(getattr(Subscription, name) for name in _OF_SUBSCRIPTION),
    SubscriptionItem.quantity,
    *(getattr(Price, name) for name in _OF_PRICE),
    *(getattr(Product, name) for name in _OF_PRODUCT),
]


def current_rows(customer: Customer, at: datetime) -> list[SubscriptionRow]:
    """What the customer subscribes to, newest first; what ended in the last 90 days after it."""
    rows = [SubscriptionRow._make(row) for row in _CURRENT.all(customer.id, at - RECENTLY)]
    return sorted(rows, key=lambda row: not row.is_live)


def item_of(customer: Customer, subscription_id: str) -> SubscriptionItem | None:
    """The item of one of the customer's subscriptions, with subscription, price and product."""
    select = SubscriptionItem.select(SubscriptionItem, Subscription, Price, Product)
    item = _joined(select, customer).where(Subscription.id == subscription_id).first()
    if item is None:
        return None
    # Hang in what is known already, so that nothing is read a second time.
    merchant = customer.merchant
    item.merchant = item.subscription.merchant = item.price.merchant = merchant
    item.subscription.customer = customer
    return item


def _joined(select: ModelSelect, customer: Customer | str) -> ModelSelect:
    return (
        select.join_from(SubscriptionItem, Subscription)
        .join_from(SubscriptionItem, Price)
        .join_from(Price, Product)
        .where(Subscription.customer == customer)
    )


def _current(customer: Any, ended_since: Any) -> ModelSelect:
    wanted = Subscription.status.in_(Subscription.LIVE) | (Subscription.ended_at >= ended_since)
    select = _joined(SubscriptionItem.select(*COLUMNS), customer).where(wanted)
    return select.order_by(Subscription.id.desc()).tuples()


_CURRENT = Prepared(_current, str, datetime)
