"""A customer's subscriptions are read in one query, ended ones for a while."""

from datetime import timedelta

import pytest

from portal.billing.customer_subscriptions import RECENTLY, current_rows, item_of
from tests.factories import NOW, a_customer, a_price, a_product, a_subscription
from tests.support.queries import count_queries

pytestmark = pytest.mark.usefixtures("db")


def test_the_newest_comes_first_and_what_ended_comes_last():
    customer = a_customer()
    first = a_subscription(customer=customer)
    second = a_subscription(customer=customer, at=NOW + timedelta(days=1))
    third = a_subscription(customer=customer, at=NOW + timedelta(days=2))
    third.cancel_now(at=NOW + timedelta(days=3))

    found = current_rows(customer, NOW + timedelta(days=3))

    assert [row.id for row in found] == [second.id, first.id, third.id]


def test_what_ended_long_ago_is_left_out():
    customer = a_customer()
    a_subscription(customer=customer).cancel_now(at=NOW)
    assert len(current_rows(customer, NOW + RECENTLY)) == 1
    assert current_rows(customer, NOW + RECENTLY + timedelta(seconds=1)) == []


def test_a_row_answers_as_the_subscription_would():
    customer = a_customer()
    tiers = [
        {"up_to": 5, "unit_amount": 300, "flat_amount": 0},
        {"up_to": None, "unit_amount": 200, "flat_amount": 50},
    ]
    product = a_product(merchant=customer.merchant, name="Seats", unit_label="seat")
    price = a_price(product=product, model="graduated", tiers_data=tiers, interval_count=3)
    subscription = a_subscription(customer=customer, price=price, quantity=7)
    subscription.cancel(at=NOW)

    with count_queries() as asked:
        [row] = current_rows(customer, NOW)
    assert len(asked) == 1
    assert row.amount == subscription.amount
    for name in ("status", "is_live", "is_ending", "ends_at", "trial_end", "current_period_end"):
        assert getattr(row, name) == getattr(subscription, name), name
    assert (row.name, row.unit_label, row.quantity) == ("Seats", "seat", 7)
    assert (row.interval, row.interval_count) == (price.interval, 3)


def test_an_item_is_read_with_all_that_belongs_to_it():
    subscription = a_subscription()
    customer = subscription.customer
    assert customer.merchant
    with count_queries() as asked:
        item = item_of(customer, subscription.id)
        assert item.price.product.name == "Newsletter"
        assert item.boundary(NOW, 1) > NOW
        assert item.subscription.customer == customer
        assert item.subscription.merchant == customer.merchant
    assert len(asked) == 1


def test_others_are_not_found():
    mine, other = a_subscription(), a_subscription()
    assert item_of(mine.customer, mine.id).subscription == mine
    assert item_of(mine.customer, other.id) is None
