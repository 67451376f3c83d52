from datetime import date, timedelta

import pytest

from portal.billing import events, figures
from portal.billing.figures import Flow, Owed
from portal.billing.money import Money
from portal.billing.payments import Payment
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscription_status import SubscriptionStatus as S
from tests.factories import (
    NOW,
    a_customer,
    a_merchant,
    a_price,
    a_subscription,
    an_invoice,
    utc,
)

DAY = timedelta(days=1)


@pytest.fixture
def merchant(db: None):
    return a_merchant()


def subscribed(merchant, price=None, **given):
    price = price or a_price(merchant=merchant)
    return a_subscription(customer=a_customer(merchant=merchant), price=price, **given)


# ── recurring revenue ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("interval", "count", "amount", "monthly"),
    [
        ("month", 1, 1999, 1999),
        ("month", 3, 3000, 1000),
        ("year", 1, 12000, 1000),
        ("year", 2, 100, 4),
        ("week", 1, 700, 3042),
        ("day", 1, 100, 3042),
        ("day", 30, 1000, 1014),
    ],
)
def test_every_interval_counts_by_the_month(merchant, interval, count, amount, monthly):
    price = a_price(merchant=merchant, interval=interval, interval_count=count, unit_amount=amount)
    subscribed(merchant, price)
    assert figures.monthly_recurring_revenue(merchant) == [Money(monthly, "EUR")]


def test_fractions_are_added_before_they_are_rounded(merchant):
    price = a_price(merchant=merchant, interval="year", unit_amount=100)
    for _ in range(6):
        subscribed(merchant, price)
    assert figures.monthly_recurring_revenue(merchant) == [Money(50, "EUR")]


def test_quantities_and_tiers_count(merchant):
    tiers = [
        {"up_to": 2, "unit_amount": 1000, "flat_amount": 0},
        {"up_to": None, "unit_amount": 500, "flat_amount": 100},
    ]
    price = a_price(merchant=merchant, model="graduated", tiers_data=tiers, unit_amount=0)
    subscribed(merchant, price, quantity=4)
    subscribed(merchant, price, quantity=1)
    assert figures.monthly_recurring_revenue(merchant) == [Money(3100 + 1000, "EUR")]


def test_currencies_are_told_apart_the_largest_first(merchant):
    subscribed(merchant, a_price(merchant=merchant, unit_amount=100))
    subscribed(merchant, a_price(merchant=merchant, currency="USD", unit_amount=5000))
    assert figures.monthly_recurring_revenue(merchant) == [Money(5000, "USD"), Money(100, "EUR")]


def test_trials_and_what_has_ended_bring_nothing(merchant):
    subscribed(merchant, trial_days=14)
    subscribed(merchant).cancel_now(at=NOW)
    subscribed(merchant, paid=False)
    assert figures.monthly_recurring_revenue(merchant) == []


def test_what_will_end_counts_until_it_does(merchant):
    subscribed(merchant).cancel(at=NOW)
    assert figures.monthly_recurring_revenue(merchant) == [Money(1999, "EUR")]


def test_one_merchant_does_not_count_for_another(merchant):
    subscribed(a_merchant())
    an_invoice()
    assert figures.monthly_recurring_revenue(merchant) == []
    assert figures.subscriptions_by_status(merchant) == {}
    assert figures.owed(merchant, NOW) == []
    assert figures.paid_by_month(merchant, [date(2026, 3, 1)]) == {}
    assert figures.flow_by_month(merchant, [date(2026, 3, 1)]) == [Flow(0, 0)]


def test_subscriptions_are_counted_by_status(merchant):
    subscribed(merchant)
    subscribed(merchant)
    subscribed(merchant, trial_days=7)
    subscribed(merchant).cancel_now(at=NOW)
    assert figures.subscriptions_by_status(merchant) == {S.ACTIVE: 2, S.TRIALING: 1}


# ── open invoices ───────────────────────────────────────────────────────────────────────────────


def test_what_is_overdue_is_part_of_what_is_open(merchant):
    customer = a_customer(merchant=merchant)
    an_invoice(customer=customer, amount=1000, days_until_due=0)
    an_invoice(customer=customer, amount=2500, days_until_due=14)
    paid = an_invoice(customer=customer, amount=700)
    paid.pay(700, at=NOW)
    assert figures.owed(merchant, NOW + DAY) == [Owed("EUR", 2, 3500, 1, 1000)]


def test_what_was_paid_in_part_is_owed_in_part(merchant):
    invoice = an_invoice(customer=a_customer(merchant=merchant), amount=1000)
    Payment.record_outside(invoice, 400, note="", at=NOW)
    assert figures.owed(merchant, NOW) == [Owed("EUR", 1, 600, 0, 0)]


# ── cancellations and sign-ins ──────────────────────────────────────────────────────────────────


def test_cancellations_of_thirty_days_by_reason(merchant):
    subscribed(merchant).cancel(at=NOW)
    for reason in ("unused", "unused", "other"):
        subscription = subscribed(merchant)
        subscription.cancel(at=NOW)
        subscription.give_reason(reason, "", at=NOW)
    taken_back = subscribed(merchant)
    taken_back.cancel(at=NOW)
    taken_back.reinstate(at=NOW)
    found = figures.cancellations_by_reason(merchant, NOW)
    assert found == {"": 1, "unused": 2, "other": 1}
    assert figures.cancellations_by_reason(merchant, NOW + timedelta(days=30)) == {}


def test_sign_ins_of_thirty_days_are_counted(merchant):
    for at in (NOW, NOW - timedelta(days=29), NOW - timedelta(days=31)):
        events.record("billing_portal.session.created", merchant, at=at)
    assert figures.portal_sign_ins(merchant, NOW) == 2


# ── months ──────────────────────────────────────────────────────────────────────────────────────


def test_the_last_twelve_months_end_with_this_one(merchant):
    months = figures.months_until(merchant, utc(2026, 3, 10))
    assert len(months) == 12
    assert (months[0], months[-1]) == (date(2025, 4, 1), date(2026, 3, 1))


def test_a_month_begins_at_the_merchants_midnight(db: None):
    for zone, month in (("Europe/Berlin", 3), ("America/New_York", 2)):
        merchant = a_merchant(time_zone=zone)
        moment = utc(2026, 2, 28, 23, 30)
        assert figures.months_until(merchant, moment, 1) == [date(2026, month, 1)]
        invoice = an_invoice(customer=a_customer(merchant=merchant), amount=900)
        invoice.pay(900, at=moment)
        months = [date(2026, 2, 1), date(2026, 3, 1)]
        expected = [900, 0] if month == 2 else [0, 900]
        assert figures.paid_by_month(merchant, months) == {"EUR": expected}


def test_what_was_paid_counts_in_the_month_it_was_settled_by_currency(merchant):
    months = figures.months_until(merchant, utc(2026, 3, 31), 3)
    for month, amount, currency in ((1, 100, "EUR"), (1, 50, "EUR"), (3, 70, "USD")):
        customer = a_customer(merchant=merchant)
        invoice = an_invoice(customer=customer, amount=amount, currency=currency)
        invoice.pay(amount, at=utc(2026, month, 15))
    an_invoice(customer=a_customer(merchant=merchant), amount=999)
    assert figures.paid_by_month(merchant, months) == {"EUR": [150, 0, 0], "USD": [0, 0, 70]}


def test_subscriptions_that_begin_and_end_by_month(merchant):
    for month in (1, 1, 3):
        subscribed(
            merchant,
            at=utc(2026, month, 2),
            paid=False,
            collection_method=CollectionMethod.SEND_INVOICE,
        )
    long_ago = subscribed(merchant, at=utc(2024, 1, 1))
    long_ago.cancel_now(at=utc(2026, 2, 3))
    months = figures.months_until(merchant, utc(2026, 3, 31), 3)
    assert figures.flow_by_month(merchant, months) == [Flow(2, 0), Flow(0, 1), Flow(1, 0)]
