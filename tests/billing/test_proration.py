"""Splitting an amount of a period: exact in time and in money."""

from datetime import timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.billing.periods import MICROSECOND, Period
from portal.billing.proration import split
from tests.factories import utc

START = utc(2026, 3, 1)
APRIL = Period(utc(2026, 4, 1), utc(2026, 5, 1))
amounts = st.integers(min_value=-99_999_999_999_999, max_value=99_999_999_999_999)
lengths = st.integers(min_value=1, max_value=3 * 366 * 86_400_000_000)


@pytest.mark.parametrize(
    ("amount", "at", "used", "unused"),
    [
        (3000, utc(2026, 4, 1), 0, 3000),
        (3000, utc(2026, 4, 16), 1500, 1500),
        (3000, utc(2026, 4, 11), 1000, 2000),
        (1000, utc(2026, 4, 11), 333, 667),
        (-1000, utc(2026, 4, 11), -333, -667),
        (1999, utc(2026, 4, 30, 23, 59), 1999, 0),
        (3000, utc(2026, 5, 1), 3000, 0),
        (0, utc(2026, 4, 11), 0, 0),
    ],
)
def test_an_amount_is_told_apart_at_a_moment(amount, at, used, unused):
    assert split(amount, APRIL, at) == (used, unused)


def test_before_and_after_the_period_nothing_is_shared():
    assert split(3000, APRIL, utc(2026, 3, 1)) == (0, 3000)
    assert split(3000, APRIL, utc(2026, 6, 1)) == (3000, 0)


def test_a_single_second_counts():
    month = 30 * 86_400
    assert split(month, APRIL, APRIL.start + timedelta(seconds=1)) == (1, month - 1)
    assert split(month, APRIL, APRIL.end - timedelta(seconds=1)) == (month - 1, 1)


def test_a_day_of_23_hours_weighs_what_it_is():
    berlin = ZoneInfo("Europe/Berlin")
    week = Period(
        utc(2026, 3, 23).replace(tzinfo=berlin).astimezone(ZoneInfo("UTC")),
        utc(2026, 3, 30).replace(tzinfo=berlin).astimezone(ZoneInfo("UTC")),
    )
    sunday = utc(2026, 3, 29).replace(tzinfo=berlin).astimezone(ZoneInfo("UTC"))

    assert split(167, week, sunday) == (144, 23)


def test_of_a_period_without_length_nothing_is_left():
    assert split(500, Period(START, START), START) == (500, 0)


@given(amount=amounts, length=lengths, data=st.data())
def test_used_and_unused_are_always_the_whole(amount, length, data):
    passed = data.draw(st.integers(min_value=0, max_value=length))
    period = Period(START, START + length * MICROSECOND)

    used, unused = split(amount, period, START + passed * MICROSECOND)

    assert used + unused == amount
    assert abs(unused - Fraction(amount * (length - passed), length)) < 1
    assert used * amount >= 0
    assert unused * amount >= 0


@given(amount=amounts, length=lengths, data=st.data())
def test_a_credit_mirrors_the_charge(amount, length, data):
    passed = data.draw(st.integers(min_value=0, max_value=length))
    period, at = Period(START, START + length * MICROSECOND), START + passed * MICROSECOND

    assert split(-amount, period, at) == tuple(-part for part in split(amount, period, at))


@given(amount=st.integers(min_value=0, max_value=10**9), length=lengths, data=st.data())
def test_the_later_the_less_is_left(amount, length, data):
    moments = sorted(data.draw(st.lists(st.integers(0, length), min_size=2, max_size=2)))
    period = Period(START, START + length * MICROSECOND)

    earlier, later = (split(amount, period, START + at * MICROSECOND) for at in moments)

    assert earlier.unused >= later.unused
