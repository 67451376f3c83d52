"""A sandbox's clock goes forward, never back, one journey at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.accounts.clocks import (
    ClockAdvance,
    ClockIsMoving,
    ClockNeverGoesBack,
    ClockTooFar,
    NotASandbox,
)
from tests.factories import NOW, a_merchant

pytestmark = pytest.mark.usefixtures("db")
WEEK = timedelta(days=7)


@pytest.fixture
def merchant():
    return a_merchant()


def test_a_clock_shows_the_real_time_until_it_is_moved(merchant):
    assert merchant.time(NOW) == NOW


def test_what_is_reached_is_what_the_clock_shows_and_it_runs_on(merchant):
    journey = ClockAdvance.begin(merchant, NOW + WEEK, at=NOW)
    journey.reach(NOW + timedelta(days=3), real=NOW)

    later = merchant.reload()
    assert later.time(NOW) == NOW + timedelta(days=3)
    assert later.time(NOW + timedelta(hours=1)) == NOW + timedelta(days=3, hours=1)


def test_the_clock_never_goes_back(merchant):
    journey = ClockAdvance.begin(merchant, NOW + WEEK, at=NOW)
    journey.reach(NOW + timedelta(days=3), real=NOW)
    journey.reach(NOW + timedelta(days=1), real=NOW)

    assert merchant.reload().time(NOW) == NOW + timedelta(days=3)
    assert journey.reached_at == NOW + timedelta(days=3)
    for past in (NOW, NOW - WEEK):
        with pytest.raises(ClockNeverGoesBack):
            ClockAdvance.begin(a_merchant(), past, at=NOW)


def test_only_sandboxes_have_a_time_machine():
    with pytest.raises(NotASandbox):
        ClockAdvance.begin(a_merchant(is_sandbox=False), NOW + WEEK, at=NOW)


def test_nobody_goes_farther_than_five_years(merchant):
    with pytest.raises(ClockTooFar):
        ClockAdvance.begin(merchant, NOW + timedelta(days=2000), at=NOW)


def test_nobody_leaves_the_century_in_however_many_journeys(merchant):
    at = datetime(2098, 1, 1, tzinfo=UTC)
    ClockAdvance.begin(merchant, datetime(2099, 12, 31, tzinfo=UTC), at=at)
    with pytest.raises(ClockTooFar):
        ClockAdvance.begin(a_merchant(), datetime(2100, 1, 2, tzinfo=UTC), at=at)


def test_one_journey_at_a_time(merchant):
    first = ClockAdvance.begin(merchant, NOW + WEEK, at=NOW)
    with pytest.raises(ClockIsMoving):
        ClockAdvance.begin(merchant, NOW + WEEK, at=NOW)

    first.finish(at=NOW + WEEK)
    assert ClockAdvance.begin(merchant, NOW + 2 * WEEK, at=NOW + WEEK)


def test_other_merchants_stay_in_their_time(merchant):
    other = a_merchant()
    ClockAdvance.begin(merchant, NOW + WEEK, at=NOW).reach(NOW + WEEK, real=NOW)

    assert other.reload().time(NOW) == NOW
