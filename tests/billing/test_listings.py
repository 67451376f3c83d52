"""Lists: what is found, in which order, and what it sums up to."""

from datetime import timedelta

import pytest
from playhouse.test_utils import count_queries

from portal.billing import listings
from portal.billing.listings import Sum, invoice_sums, invoices, subscription_items
from tests.factories import (
    NOW,
    a_customer,
    a_merchant,
    a_price,
    a_subscription,
    an_invoice,
)


def subscriptions(merchant, **given):
    return [item.subscription for item in subscription_items(merchant, **given).rows]


def test_subscriptions_of_others_are_not_listed(db):
    mine = a_subscription()
    a_subscription()

    assert subscriptions(mine.merchant) == [mine]


def test_subscriptions_are_filtered_by_status(db):
    customer = a_customer()
    active = a_subscription(customer=customer)
    trial = a_subscription(customer=customer, trial_days=14)
    ending = a_subscription(customer=customer)
    ending.cancel(at=NOW)
    over = a_subscription(customer=customer)
    over.cancel_now(at=NOW)
    merchant = customer.merchant

    assert subscriptions(merchant, status="trialing") == [trial]
    assert subscriptions(merchant, status="ending") == [ending]
    assert subscriptions(merchant, status="canceled") == [over]
    assert set(subscriptions(merchant, status="active")) == {active, ending}
    assert len(subscriptions(merchant, status="nonsense")) == 4


def test_subscriptions_are_found_by_their_customer(db):
    merchant = a_merchant()
    price = a_price(merchant=merchant)
    ada = a_subscription(customer=a_customer(merchant=merchant, name="Ada"), price=price)
    a_subscription(customer=a_customer(merchant=merchant, name="Grace"), price=price)

    assert subscriptions(merchant, search="ad") == [ada]


def test_the_next_part_begins_where_the_last_one_ended(db, monkeypatch):
    monkeypatch.setattr(listings, "PART", 2)
    customer = a_customer()
    price = a_price(merchant=customer.merchant)
    made = [a_subscription(customer=customer, price=price) for _ in range(5)][::-1]
    merchant, seen, after = customer.merchant, [], ""
    for _ in range(3):
        part = subscription_items(merchant, after=after)
        seen += [item.subscription for item in part.rows]
        after = part.after

    assert seen == sorted(made, key=lambda each: each.id, reverse=True)
    assert after == ""


def test_a_page_of_subscriptions_is_one_query(db):
    first = a_subscription()
    for _ in range(3):
        a_subscription(customer=first.customer, price=first.item.price)

    merchant = first.merchant
    with count_queries() as counted:
        for item in subscription_items(merchant).rows:
            assert item.subscription.customer.name
            assert item.price.product.name
    assert counted.count == 1


@pytest.fixture
def ledger(db):
    """Four invoices of one customer: open, overdue, paid, void."""
    customer = a_customer(name="Ada")
    made = {
        "open": an_invoice(customer=customer, days_until_due=30),
        "overdue": an_invoice(customer=customer, days_until_due=1),
        "paid": an_invoice(customer=customer),
        "void": an_invoice(customer=customer),
    }
    made["paid"].pay(2380, at=NOW)
    made["void"].void(at=NOW)
    return customer.merchant, made, NOW + timedelta(days=3)


def test_invoices_are_filtered_by_status(ledger):
    merchant, made, at = ledger

    for status in ("overdue", "paid", "void"):
        assert invoices(merchant, at=at, status=status).rows == [made[status]]
    assert set(invoices(merchant, at=at, status="open").rows) == {made["open"], made["overdue"]}
    assert len(invoices(merchant, at=at).rows) == 4


def test_invoices_are_found_by_number_or_customer(ledger):
    merchant, _, at = ledger
    other = an_invoice(customer=a_customer(merchant=merchant, name="Grace"))

    assert invoices(merchant, at=at, search=other.number).rows == [other]
    assert invoices(merchant, at=at, search="grace").rows == [other]
    assert len(invoices(merchant, at=at, search=merchant.invoice_prefix.lower()).rows) == 5
    assert invoices(merchant, at=at, search="%").rows == []


def test_sums_are_those_of_the_whole_list_without_void_ones(ledger, monkeypatch):
    merchant, _, at = ledger
    monkeypatch.setattr(listings, "PART", 1)

    assert invoice_sums(merchant, at=at) == [Sum("EUR", 3, 7140, 4760)]
    assert invoice_sums(merchant, at=at, status="overdue") == [Sum("EUR", 1, 2380, 2380)]
    assert invoice_sums(merchant, at=at, search="nobody") == []


def test_currencies_are_not_added_up(db):
    euro = an_invoice()
    an_invoice(customer=a_customer(merchant=euro.merchant), currency="CHF", amount=500)

    assert invoice_sums(euro.merchant, at=NOW) == [
        Sum("CHF", 1, 500, 500),
        Sum("EUR", 1, 2380, 2380),
    ]
