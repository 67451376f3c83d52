"""Customers are told ahead of time, once, and not of what will not come."""

from datetime import timedelta

import pytest

from portal.billing import reminders
from portal.billing.events import Event
from portal.billing.payment_methods import PaymentMethod
from tests.factories import (
    NOW,
    a_customer,
    a_merchant,
    a_payment_method,
    a_price,
    a_subscription,
    utc,
)

pytestmark = pytest.mark.usefixtures("db")
DAY = timedelta(days=1)


def told(*types: str) -> list[str]:
    wanted = types or (
        "customer.subscription.trial_will_end",
        "customer.subscription.renewal_announced",
        "payment_method.expiring",
    )
    query = Event.select().where(Event.type.in_(wanted)).order_by(Event.id)
    return [event.type.rpartition(".")[2] for event in query]


@pytest.mark.parametrize(
    ("days", "quiet", "due"),
    [
        (30, 22, 23),  # a week ahead
        (10, 2, 3),
        (7, 0.9, 1),  # a short one: as early as that makes sense
        (3, 0.9, 1),
    ],
)
def test_a_trial_is_announced_a_week_ahead_and_once(days, quiet, due):
    a_subscription(trial_days=days)

    assert reminders.run(NOW + quiet * DAY) == 0
    assert reminders.run(NOW + due * DAY) == 1
    assert reminders.run(NOW + due * DAY) == 0
    assert told() == ["trial_will_end"]


def test_a_trial_of_a_day_is_over_before_one_could_tell():
    a_subscription(trial_days=1)

    assert reminders.run(NOW + 0.99 * DAY) == 0


def test_a_year_that_renews_is_announced_a_month_ahead_each_year():
    subscription = a_subscription(price=a_price(interval="year"))
    ends = utc(2027, 3, 10, 9, 30)

    assert reminders.run(ends - 31 * DAY) == 0
    assert reminders.run(ends - 30 * DAY) == 1
    assert reminders.run(ends - DAY) == 0

    subscription.refresh()
    subscription.renew(at=ends)
    assert reminders.run(utc(2028, 2, 9, 9, 30)) == 1
    assert told() == ["renewal_announced"] * 2


def test_a_month_renews_without_a_word():
    a_subscription()

    assert reminders.run(utc(2026, 4, 10, 8, 29)) == 0


def test_who_has_canceled_is_not_reminded_of_a_renewal():
    subscription = a_subscription(price=a_price(interval="year"))
    subscription.cancel(at=NOW)
    assert reminders.run(utc(2027, 3, 1)) == 0

    subscription.reinstate(at=NOW)
    assert reminders.run(utc(2027, 3, 1)) == 1


def test_what_is_said_is_dated_by_when_it_was_due():
    a_subscription(trial_days=30)
    reminders.run(NOW + 25 * DAY)

    assert Event.get(Event.type == "customer.subscription.trial_will_end").created_at == (
        NOW + 23 * DAY
    )


@pytest.mark.parametrize(
    ("month", "year", "says"),
    [(3, 2026, 1), (4, 2026, 0), (2, 2026, 0), (3, 2027, 0)],
)
def test_a_card_is_told_of_in_the_month_before_it_is_bad(month, year, says):
    """On 10 March: good until the end of March is soon, of April is not yet, of February over."""
    method = with_card(month, year)

    assert reminders.run(NOW) == says
    assert reminders.run(NOW + DAY) == 0
    assert bool(method.reload().expiry_told_at) == bool(says)


def test_nobody_is_bothered_about_a_card_that_pays_nothing():
    customer = a_customer()
    a_payment_method(customer=customer)
    PaymentMethod.update(exp_year=2026, exp_month=3).execute()

    assert reminders.run(NOW) == 0


def test_a_sandbox_is_told_by_its_own_clock():
    merchant = a_merchant(clock_offset=23 * DAY // timedelta(microseconds=1))
    a_subscription(customer=a_customer(merchant=merchant), trial_days=30)
    a_subscription(trial_days=30)

    assert reminders.run(NOW) == 1


def with_card(month: int, year: int) -> PaymentMethod:
    customer = a_customer()
    method = a_payment_method(customer=customer)
    PaymentMethod.update(exp_year=year, exp_month=month).execute()
    a_subscription(customer=customer)
    return method
