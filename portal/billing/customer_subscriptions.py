"""A customer's subscriptions with what they are for, read in one go."""

from datetime import datetime, timedelta

from peewee import ModelSelect

from portal.billing.customers import Customer
from portal.billing.products import Price, Product
from portal.billing.subscriptions import Subscription, SubscriptionItem

RECENTLY = timedelta(days=90)


def current_items(customer: Customer, at: datetime) -> list[SubscriptionItem]:
    """What the customer subscribes to, newest first; what ended in the last 90 days after it."""
    wanted = Subscription.status.in_(Subscription.LIVE) | (Subscription.ended_at >= at - RECENTLY)
    query = _items(customer).where(wanted).order_by(Subscription.id.desc())
    items = [_at_hand(item, customer) for item in query]
    return sorted(items, key=lambda item: not item.subscription.is_live)


def item_of(customer: Customer, subscription_id: str) -> SubscriptionItem | None:
    """The item of one of the customer's subscriptions, whatever its status."""
    item = _items(customer).where(Subscription.id == subscription_id).first()
    return _at_hand(item, customer) if item else None


def _items(customer: Customer) -> ModelSelect:
    return (
        SubscriptionItem.select(SubscriptionItem, Subscription, Price, Product)
        .join_from(SubscriptionItem, Subscription)
        .join_from(SubscriptionItem, Price)
        .join_from(Price, Product)
        .where(Subscription.customer == customer)
    )


def _at_hand(item: SubscriptionItem, customer: Customer) -> SubscriptionItem:
    """Hang in what is known already, so that nothing is read a second time."""
    merchant = customer.merchant
    item.merchant = item.subscription.merchant = item.price.merchant = merchant
    item.subscription.customer = customer
    return item
