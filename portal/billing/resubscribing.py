"""Beginning again: after the end of a subscription, or with something new."""

from datetime import datetime

from peewee import ModelSelect

from portal.billing.customers import Customer
from portal.billing.plan_errors import AlreadySubscribed, SubscriptionNotEnded
from portal.billing.products import Price
from portal.billing.subscribing import subscribe
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscription_status import SubscriptionStatus as S
from portal.billing.subscriptions import Subscription
from portal.database import write

# Providers that nobody's money is taken by: an invoice is sent and paid by transfer.
TRANSFERRED = frozenset({"bank_transfer"})
USUAL_DAYS = 14
ENDED = (S.CANCELED, S.INCOMPLETE_EXPIRED)


def require_ended(subscription: Subscription) -> None:
    """Raises `SubscriptionNotEnded`."""
    if subscription.status not in ENDED:
        raise SubscriptionNotEnded


def require_new(customer: Customer, price: Price) -> None:
    """One subscription a product, for what a customer begins alone. Raises `AlreadySubscribed`."""
    if _of_product(customer, price).where(Subscription.status.in_(Subscription.LIVE)).exists():
        raise AlreadySubscribed


def trial_days_for(customer: Customer, price: Price) -> int:
    """A product is tried once: whoever had it before gets no further trial."""
    return 0 if _of_product(customer, price).exists() else int(price.trial_days)


def collection_for(customer: Customer, earlier: Subscription | None) -> CollectionMethod:
    """How it will be paid: as before, or as the merchant's provider does."""
    if customer.merchant.gateway in TRANSFERRED:
        return CollectionMethod.SEND_INVOICE
    if earlier is not None:
        return CollectionMethod(earlier.collection_method)
    return CollectionMethod.CHARGE_AUTOMATICALLY


def days_until_due_for(earlier: Subscription | None) -> int:
    """How long there is to pay an invoice that is sent: as long as before, or two weeks."""
    return int(earlier.days_until_due) if earlier else USUAL_DAYS


def begin(
    customer: Customer,
    price: Price,
    *,
    at: datetime,
    quantity: int = 1,
    earlier: Subscription | None = None,
    subscription_id: str | None = None,
) -> Subscription:
    """Begin a subscription that a customer asked for; `earlier` is one taken up again.

    The first invoice is collected afterwards, outside of the transaction. An id that is
    handed in makes a second request find what the first began. Raises `SubscriptionNotEnded`,
    `AlreadySubscribed`, and as `subscribing.subscribe` does.
    """
    with write():
        Customer.hold(customer.id)
        if found := _begun(customer, subscription_id):
            return found
        if earlier is not None:
            require_ended(earlier)
        require_new(customer, price)
        return subscribe(
            customer,
            price,
            at=at,
            quantity=quantity,
            trial_days=trial_days_for(customer, price),
            collection_method=collection_for(customer, earlier),
            days_until_due=days_until_due_for(earlier),
            subscription_id=subscription_id,
        )


def _begun(customer: Customer, subscription_id: str | None) -> Subscription | None:
    if subscription_id is None:
        return None
    mine = (Subscription.id == subscription_id) & (Subscription.customer == customer)
    return Subscription.get_or_none(mine)


def _of_product(customer: Customer, price: Price) -> ModelSelect:
    return (
        SubscriptionItem.select()
        .join(Subscription)
        .switch(SubscriptionItem)
        .join(Price)
        .where((Subscription.customer == customer) & (Price.product == price.product_id))
    )
