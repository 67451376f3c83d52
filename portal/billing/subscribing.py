"""Beginning a subscription."""

from datetime import datetime, timedelta
from typing import Any

from portal.billing import discounts
from portal.billing.contract_terms import check_terms
from portal.billing.coupons import Coupon
from portal.billing.customers import Customer
from portal.billing.errors import CurrencyIsFixed
from portal.billing.invoicing import bill_period
from portal.billing.merchants import Merchant
from portal.billing.money import check_quantity
from portal.billing.periods import boundary
from portal.billing.products import Price
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscription_status import CollectionMethod, SubscriptionStatus
from portal.billing.subscriptions import Subscription
from portal.database import write
from portal.ids import new_id

FIRST_INVOICE = "subscription_create"
# Nothing can be taken from customers who pay by transfer: they get invoices.
BY_TRANSFER = "bank_transfer"


def subscribe(
    customer: Customer,
    price: Price,
    *,
    at: datetime,
    quantity: int = 1,
    trial_days: int | None = None,
    collection_method: CollectionMethod | None = None,
    days_until_due: int = 14,
    subscription_id: str | None = None,
    free_until: datetime | None = None,
    coupon: Coupon | None = None,
    **terms: Any,
) -> Subscription:
    """Begin a subscription at `at`. Without a trial its first invoice is issued at once.

    `trial_days` None takes the price's own, `collection_method` None the merchant's;
    `free_until` says when billing begins instead. Outside a trial it stays `incomplete` until
    that invoice is paid, unless invoices are sent. `terms`: `minimum_term_months`,
    `notice_days`, `trial_end_action`. The same id again finds what was begun. Raises
    `PriceNotUsable`, `CurrencyIsFixed`, `QuantityOutOfRange`, `TermsOutOfRange`, and as
    `discounts.give` does.
    """
    _require_subscribable(customer, price, quantity)
    check_terms(terms.get("minimum_term_months", 0), terms.get("notice_days", 0))
    method = collection_method or usual_collection(customer.merchant)
    trial_end = end_of_trial(price, trial_days, at=at, free_until=free_until)
    with write():
        if again := _begun_already(customer, subscription_id):
            return again
        customer.fix_currency(price.currency)
        subscription = Subscription.create(
            id=subscription_id or new_id(Subscription.PREFIX, at),
            collection_method=method,
            days_until_due=days_until_due,
            **terms,
            **beginning(customer, price, at, trial_end, method),
        )
        _begin(subscription, price, quantity, coupon, at)
    return subscription


def _begin(
    subscription: Subscription, price: Price, quantity: int, coupon: Coupon | None, at: datetime
) -> None:
    """What is subscribed to, at which discount, and the first invoice unless it is free yet."""
    SubscriptionItem.create(
        subscription=subscription,
        price=price,
        quantity=quantity,
        merchant=subscription.merchant_id,
        created_at=at,
    )
    subscription.record_event("customer.subscription.created", at)
    if coupon:
        discounts.give(coupon, subscription.customer, subscription, at=at)
    if not subscription.trial_end:
        bill_period(subscription, FIRST_INVOICE, at=at)


def usual_collection(merchant: Merchant) -> CollectionMethod:
    """How subscriptions of this merchant are paid where nobody says otherwise."""
    if merchant.gateway == BY_TRANSFER:
        return CollectionMethod.SEND_INVOICE
    return CollectionMethod.CHARGE_AUTOMATICALLY


def _require_subscribable(customer: Customer, price: Price, quantity: int) -> None:
    price.require_usable_for_subscription()
    check_quantity(quantity)
    if customer.currency not in {None, price.currency}:
        raise CurrencyIsFixed


def end_of_trial(
    price: Price, trial_days: int | None, *, at: datetime, free_until: datetime | None = None
) -> datetime | None:
    """When a trial that begins at `at` is over; None without one."""
    if free_until is not None:
        return free_until if free_until > at else None
    days = price.trial_days if trial_days is None else trial_days
    return at + timedelta(days=days) if days else None


def _begun_already(customer: Customer, subscription_id: str | None) -> Subscription | None:
    if subscription_id is None:
        return None
    return Subscription.get_or_none(
        (Subscription.id == subscription_id) & (Subscription.customer == customer)
    )


def beginning(
    customer: Customer,
    price: Price,
    at: datetime,
    trial_end: datetime | None,
    collection_method: CollectionMethod,
) -> dict[str, Any]:
    """Whose, since when, status, anchor, first period; a trial is the one before it, -1."""
    begun = {
        "merchant": customer.merchant_id,
        "customer": customer,
        "currency": price.currency,
        "created_at": at,
        "started_at": at,
        "current_period_start": at,
        "trial_end": trial_end,
    }
    if trial_end:
        return begun | {
            "status": SubscriptionStatus.TRIALING,
            "anchor_at": trial_end,
            "period_index": -1,
            "current_period_end": trial_end,
        }
    waits_for_money = collection_method == CollectionMethod.CHARGE_AUTOMATICALLY
    zone = customer.merchant.time_zone
    return begun | {
        "status": SubscriptionStatus.INCOMPLETE if waits_for_money else SubscriptionStatus.ACTIVE,
        "anchor_at": at,
        "period_index": 0,
        "current_period_end": boundary(at, price.interval, price.interval_count, 1, zone),
    }
