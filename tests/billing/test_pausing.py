"""Pausing: nothing is billed, nothing paid for is lost, to the microsecond."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.billing import cycle
from portal.billing.errors import SubscriptionEnded
from portal.billing.events import Event
from portal.billing.invoices import Invoice
from portal.billing.pausing import pause, pause_end, resume, resumed_period_end
from portal.billing.periods import MICROSECOND
from portal.billing.plan_changes import change, preview
from portal.billing.plan_errors import (
    PauseTooLong,
    PlanNotChangeable,
    SubscriptionNotPaused,
    SubscriptionPaused,
    SubscriptionSetToEnd,
)
from portal.billing.plan_lines import unused
from portal.billing.plan_quotes import Timing
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_status import SubscriptionStatus as S
from portal.gateways import gateway_for
from tests.factories import a_customer, a_merchant, a_price, a_subscription, utc

pytestmark = pytest.mark.usefixtures("db")
BEGUN, PAUSED, RESUMED = utc(2026, 4, 1), utc(2026, 4, 11), utc(2026, 6, 1)
ENDS = utc(2026, 5, 1)


@pytest.fixture
def merchant():
    return a_merchant(time_zone="UTC")


@pytest.fixture
def subscription(merchant):
    customer = a_customer(merchant=merchant)
    price = a_price(merchant=merchant, unit_amount=3000)
    return a_subscription(customer=customer, price=price, at=BEGUN)


def test_a_pause_stops_at_once_and_bills_nothing(subscription):
    pause(subscription, at=PAUSED)

    assert subscription.reload().status == S.PAUSED
    assert not subscription.renew(at=utc(2027, 1, 1))
    assert subscription.invoices.count() == 1
    assert subscription.next_action_at is None


def test_a_pause_with_an_end_is_looked_at_then(subscription):
    pause(subscription, at=PAUSED, resumes_at=RESUMED)
    assert subscription.reload().next_action_at == RESUMED


def test_the_paid_rest_follows_after_the_pause(subscription):
    pause(subscription, at=PAUSED)
    assert resumed_period_end(subscription, RESUMED) == utc(2026, 6, 21)

    resume(subscription, at=RESUMED)

    after = subscription.reload()
    assert after.status == S.ACTIVE
    assert (after.current_period_start, after.current_period_end) == (
        utc(2026, 5, 22),
        utc(2026, 6, 21),
    )
    assert (after.paused_at, after.resumes_at) == (None, None)


def test_later_periods_are_counted_from_there(subscription):
    pause(subscription, at=PAUSED)
    resume(subscription, at=RESUMED)
    while subscription.renew(at=utc(2026, 9, 1)):
        pass
    dates = [str(row.issued_at.date()) for row in subscription.invoices.order_by(Invoice.id)]
    assert dates == ["2026-04-01", "2026-06-21", "2026-07-21", "2026-08-21"]


@settings(max_examples=60)
@given(
    used=st.integers(0, 30 * 86_400_000_000 - 1),
    lengths=st.lists(st.integers(0, 3 * 365 * 86_400_000_000), min_size=1, max_size=3),
)
def test_no_microsecond_of_paid_time_is_lost_or_won(subscription, used, lengths):
    begun, ends = subscription.current_period_start, subscription.current_period_end
    at = begun + used * MICROSECOND
    for length in lengths:
        pause(subscription, at=at)
        resume(subscription, at=at + length * MICROSECOND)
        at += length * MICROSECOND
    assert subscription.current_period_end - at == ends - begun - used * MICROSECOND
    assert subscription.current_period_end - subscription.current_period_start == ends - begun


def test_what_is_prorated_after_a_pause_counts_only_time_that_was_given(subscription):
    pause(subscription, at=PAUSED)
    resume(subscription, at=RESUMED)
    assert unused(subscription, RESUMED).amount == -2000
    assert unused(subscription, utc(2026, 6, 11)).amount == -1000


def test_a_trial_goes_on_as_a_trial(merchant):
    price = a_price(merchant=merchant)
    trial = a_subscription(
        customer=a_customer(merchant=merchant), price=price, at=BEGUN, trial_days=30
    )
    pause(trial, at=PAUSED)
    resume(trial, at=RESUMED)

    assert trial.reload().status == S.TRIALING
    assert trial.trial_end == trial.current_period_end == utc(2026, 6, 21)
    trial.renew(at=utc(2026, 6, 21))
    assert trial.status == S.ACTIVE
    assert trial.current_period_end == utc(2026, 7, 21)


def test_a_change_that_waits_moves_along(subscription, merchant):
    cheap = a_price(merchant=merchant, unit_amount=1000)
    quote = preview(subscription, cheap, 1, at=PAUSED, timing=Timing.AT_PERIOD_END)
    change(subscription, quote.wanted, at=PAUSED, quoted_at=PAUSED, fingerprint=quote.fingerprint)
    pause(subscription, at=PAUSED)
    resume(subscription, at=RESUMED)

    assert ScheduledChange.waiting_of(subscription).takes_effect_at == utc(2026, 6, 21)
    subscription.renew(at=utc(2026, 6, 21))
    assert subscription.reload().item.price == cheap


def test_what_was_over_before_the_pause_leaves_nothing(subscription):
    subscription.status, subscription.paused_at = S.PAUSED, subscription.current_period_end
    subscription.save()
    resume(subscription, at=RESUMED)
    assert subscription.current_period_end == RESUMED
    assert subscription.renew(at=RESUMED)
    assert subscription.current_period_end == utc(2026, 7, 1)


def test_months_are_calendar_months_of_the_merchant(subscription):
    assert pause_end(subscription, 1, utc(2026, 1, 31)) == utc(2026, 2, 28)
    assert pause_end(subscription, 0, PAUSED) is None
    for months in (-1, 37):
        with pytest.raises(PauseTooLong):
            pause_end(subscription, months, PAUSED)


@pytest.mark.parametrize("until", [PAUSED, BEGUN, utc(2029, 4, 12)])
def test_an_end_must_lie_ahead_and_within_three_years(subscription, until):
    with pytest.raises(PauseTooLong):
        pause(subscription, at=PAUSED, resumes_at=until)
    assert subscription.reload().status == S.ACTIVE


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (S.PAST_DUE, PlanNotChangeable),
        (S.INCOMPLETE, PlanNotChangeable),
        (S.PAUSED, SubscriptionPaused),
        (S.CANCELED, SubscriptionEnded),
    ],
)
def test_only_what_runs_and_is_paid_can_be_paused(subscription, status, refusal):
    subscription.status = status
    subscription.save()
    with pytest.raises(refusal):
        pause(subscription, at=PAUSED)


def test_what_is_set_to_end_is_not_paused(subscription):
    subscription.cancel(at=PAUSED)
    with pytest.raises(SubscriptionSetToEnd):
        pause(subscription, at=PAUSED)


def test_who_cancels_a_pause_without_end_leaves_with_the_paid_period(subscription):
    pause(subscription, at=PAUSED)
    subscription.cancel(at=PAUSED)

    cycle.run(ENDS, gateway_for=gateway_for)

    ended = subscription.reload()
    assert (ended.status, ended.ended_at) == (S.CANCELED, ENDS)


def test_who_leaves_during_a_pause_is_looked_at_no_more(subscription):
    pause(subscription, at=PAUSED, resumes_at=RESUMED)

    subscription.cancel_now(at=PAUSED)

    assert subscription.reload().next_action_at is None


def test_who_cancels_when_the_kept_period_is_over_leaves_at_once(subscription):
    pause(subscription, at=PAUSED)
    subscription.cancel(at=RESUMED)

    cycle.run(RESUMED, gateway_for=gateway_for)

    ended = subscription.reload()
    assert (ended.status, ended.ended_at) == (S.CANCELED, RESUMED)


def test_who_cancels_a_pause_with_an_end_uses_what_was_paid_for_after_it(subscription):
    pause(subscription, at=PAUSED, resumes_at=RESUMED)
    subscription.cancel(at=PAUSED)

    cycle.run(RESUMED, gateway_for=gateway_for)
    resumed = subscription.reload()
    cycle.run(resumed.current_period_end, gateway_for=gateway_for)

    ended = subscription.reload()
    assert (resumed.status, ended.status) == (S.ACTIVE, S.CANCELED)
    assert ended.ended_at == RESUMED + (ENDS - PAUSED)


def test_only_what_is_paused_is_resumed_and_only_once(subscription):
    with pytest.raises(SubscriptionNotPaused):
        resume(subscription, at=PAUSED)
    pause(subscription, at=PAUSED)
    resume(subscription, at=PAUSED + timedelta(hours=1))
    with pytest.raises(SubscriptionNotPaused):
        resume(subscription, at=RESUMED)


def test_what_happened_is_on_record(subscription):
    pause(subscription, at=PAUSED, resumes_at=RESUMED)
    resume(subscription, at=RESUMED)
    paused, resumed = list(Event.select().order_by(Event.id))[-2:]
    assert (paused.type, resumed.type) == (
        "customer.subscription.paused",
        "customer.subscription.resumed",
    )
    assert paused.data == {"resumes_at": RESUMED.isoformat()}
