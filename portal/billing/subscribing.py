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
from portal.billing.subscription_status import CollectionMethod, SubscriptionStatus, TrialEndAction
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
    minimum_term_months: int = 0,
    notice_days: int = 0,
    trial_end_action: TrialEndAction = TrialEndAction.INVOICE,
) -> Subscription:
    """Begin a subscription at `at`. Without a trial its first invoice is issued at once.

    `trial_days` None takes the price's own, `collection_method` None the merchant's. Outside
    a trial it stays `incomplete` until that invoice is paid, unless invoices are sent to be
    paid later. `free_until` says when billing begins, in place of a number of days. An id
    that is handed in makes a second request find what the first began. Raises
    `PriceNotUsable`, `CurrencyIsFixed`, `QuantityOutOfRange`, `TermsOutOfRange`, and what
    `discounts.give` raises.
    """
    _require_subscribable(customer, price, quantity)
    collection_method = collection_method or usual_collection(customer.merchant)
    check_terms(minimum_term_months, notice_days)
    trial_end = end_of_trial(price, trial_days, at=at, free_until=free_until)
    with write():
        if again := _begun_already(customer, subscription_id):
            return again
        customer.fix_currency(price.currency)
        owned = {"merchant": customer.merchant_id, "created_at": at}
        subscription = Subscription.create(
            id=subscription_id or new_id(Subscription.PREFIX, at),
            customer=customer,
            currency=price.currency,
            collection_method=collection_method,
            days_until_due=days_until_due,
            minimum_term_months=minimum_term_months,
            notice_days=notice_days,
            trial_end_action=trial_end_action,
            **owned,
            **beginning(customer, price, at, trial_end, collection_method),
        )
        SubscriptionItem.create(subscription=subscription, price=price, quantity=quantity, **owned)
        subscription.record_event("customer.subscription.created", at)
        if coupon:
            discounts.give(coupon, customer, subscription, at=at)
        if not trial_end:
            bill_period(subscription, FIRST_INVOICE, at=at)
    return subscription


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
    """Status, anchor and first period. A trial is the period before the first, -1."""
    begun = {"started_at": at, "current_period_start": at, "trial_end": trial_end}
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
