"""A customer's subscriptions are read in one query, ended ones for a while."""

from datetime import timedelta

import pytest

from portal.billing.customer_subscriptions import RECENTLY, current_items, item_of
from tests.factories import NOW, a_customer, a_price, a_subscription
from tests.support.queries import count_queries

pytestmark = pytest.mark.usefixtures("db")


def test_the_newest_comes_first_and_what_ended_comes_last():
    customer = a_customer()
    first = a_subscription(customer=customer)
    second = a_subscription(customer=customer, at=NOW + timedelta(days=1))
    third = a_subscription(customer=customer, at=NOW + timedelta(days=2))
    third.cancel_now(at=NOW + timedelta(days=3))

    found = current_items(customer, NOW + timedelta(days=3))

    assert [item.subscription for item in found] == [second, first, third]


def test_what_ended_long_ago_is_left_out():
    customer = a_customer()
    a_subscription(customer=customer).cancel_now(at=NOW)
    assert len(current_items(customer, NOW + RECENTLY)) == 1
    assert current_items(customer, NOW + RECENTLY + timedelta(seconds=1)) == []


def test_one_query_is_enough_for_all_that_is_shown():
    customer = a_customer()
    for _ in range(3):
        a_subscription(customer=customer, price=a_price(merchant=customer.merchant))
    with count_queries() as asked:
        for item in current_items(customer, NOW):
            assert item.amount.amount == 1999
            assert item.price.product.name == "Newsletter"
            assert item.boundary(NOW, 1) > NOW
            assert item.subscription.customer == customer
            assert item.subscription.merchant == customer.merchant
    assert len(asked) == 1


def test_others_are_not_found():
    mine, other = a_subscription(), a_subscription()
    assert item_of(mine.customer, mine.id).subscription == mine
    assert item_of(mine.customer, other.id) is None
