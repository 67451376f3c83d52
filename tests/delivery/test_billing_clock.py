"""A clock that cannot be believed stops billing; time that really passed does not."""

from datetime import timedelta

import pytest

from portal.delivery import billing_clock
from portal.delivery.billing_clock import BillingClock, ClockNotBelieved, check
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("db")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UP = timedelta(days=3)


@pytest.fixture(autouse=True)
def _new_process(monkeypatch):
    monkeypatch.setattr(billing_clock._Process, "first", None)


def restart() -> None:
    billing_clock._Process.first = None


def test_time_that_passes_is_believed():
    for hours in range(100):
        check(NOW + HOUR * hours, UP + HOUR * hours)
    assert BillingClock.last() == NOW + HOUR * 99


def test_a_clock_that_goes_back_is_not_believed_until_it_has_caught_up():
    check(NOW, UP)
    with pytest.raises(ClockNotBelieved):
        check(NOW - HOUR, UP + HOUR)
    restart()
    with pytest.raises(ClockNotBelieved):
        check(NOW - HOUR, UP)
    check(NOW, UP + HOUR)


def test_a_correction_of_some_seconds_is_believed():
    check(NOW, UP)
    check(NOW - timedelta(seconds=20), UP)
    assert BillingClock.last() == NOW


def test_a_leap_ahead_is_not_believed_and_leaves_no_trace():
    check(NOW, UP)
    with pytest.raises(ClockNotBelieved):
        check(NOW + DAY + HOUR * 2, UP + HOUR)
    assert BillingClock.last() == NOW
    check(NOW + HOUR * 2, UP + HOUR * 2)


def test_after_a_restart_the_new_time_is_believed():
    check(NOW, UP)
    restart()
    check(NOW + DAY * 90, timedelta(0))


def test_sleep_of_the_machine_is_no_leap():
    check(NOW, UP)
    check(NOW + DAY * 14, UP + DAY * 14)


def test_a_clock_that_went_back_for_good_can_be_accepted():
    check(NOW + DAY * 300, UP)
    assert billing_clock.is_behind(NOW)
    BillingClock.accept()
    check(NOW, UP)
    assert not billing_clock.is_behind(NOW)
