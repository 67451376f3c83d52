"""Subscriptions that are due, and many more that are not, written in bulk past the rules."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from portal.billing.customers import Customer
from portal.billing.events import Event
from portal.billing.merchants import Merchant
from portal.billing.payment_methods import PaymentMethod
from portal.billing.products import Price, Product
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscriptions import Subscription
from portal.database import database, write
from portal.demo import synthetic
from portal.ids import new_id

BEGAN = datetime.fromisoformat("2026-01-15T10:00:00+00:00")
DUE_AT = datetime.fromisoformat("2026-02-15T10:00:00+00:00")
LATER = datetime.fromisoformat("2026-03-15T10:00:00+00:00")


def fill(due: int, idle: int = 0) -> Merchant:
    """A merchant of whom `due` subscriptions are due at `DUE_AT`, each payable by card."""
    merchant, _ = synthetic.a_merchant(BEGAN)
    with write():
        product = Product.publish(
            merchant,
            [{"currency": "EUR", "unit_amount": 1999, "interval": "month"}],
            at=BEGAN,
            name="Newsletter",
        )
        Event.update(dispatched_at=BEGAN).execute()
    price = Price.get(Price.product == product)
    _fill(merchant, price, due, DUE_AT)
    _fill(merchant, price, idle, LATER)
    database.execute_sql("ANALYZE")
    return merchant


def _fill(merchant: Merchant, price: Price, count: int, ends: datetime) -> None:
    customers = [new_id("cus", BEGAN + timedelta(seconds=number)) for number in range(count)]
    subscriptions = [new_id("sub", BEGAN + timedelta(seconds=number)) for number in range(count)]
    people = [synthetic._person(number) for number in range(count)]
    synthetic._insert(Customer, synthetic._customers(merchant, customers, people, BEGAN))
    synthetic._insert(PaymentMethod, _methods(merchant, customers))
    pairs = list(zip(customers, subscriptions, strict=True))
    synthetic._insert(Subscription, _subscriptions(merchant, pairs, ends))
    synthetic._insert(SubscriptionItem, _items(merchant, price, subscriptions))


def _methods(merchant: Merchant, customers: list[str]) -> Iterator[dict[str, Any]]:
    for number, customer in enumerate(customers):
        yield {
            "id": new_id("pm", BEGAN),
            "created_at": BEGAN,
            "merchant": merchant.id,
            "customer": customer,
            "gateway": "sandbox",
            "token": f"tok_visa_{number:024x}",
            "brand": "visa",
            "last4": "4242",
            "exp_month": 12,
            "exp_year": 2031,
            "is_default": True,
        }


def _subscriptions(
    merchant: Merchant, pairs: list[tuple[str, str]], ends: datetime
) -> Iterator[dict[str, Any]]:
    for customer, subscription in pairs:
        yield {
            "id": subscription,
            "created_at": BEGAN,
            "merchant": merchant.id,
            "customer": customer,
            "status": "active",
            "currency": "EUR",
            "started_at": BEGAN,
            "anchor_at": BEGAN,
            "period_index": 0,
            "current_period_start": BEGAN,
            "current_period_end": ends,
            "next_action_at": ends,
        }


def _items(merchant: Merchant, price: Price, subscriptions: list[str]) -> Iterator[dict[str, Any]]:
    for subscription in subscriptions:
        yield {
            "id": new_id("si", BEGAN),
            "created_at": BEGAN,
            "merchant": merchant.id,
            "subscription": subscription,
            "price": price.id,
            "quantity": 1,
        }
