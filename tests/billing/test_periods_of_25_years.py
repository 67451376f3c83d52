"""Every day of a leap year as an anchor, 25 years on, against somebody else's calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from dateutil import tz
from dateutil.relativedelta import relativedelta

from portal.billing.periods import Interval, boundary, period_at

YEARS = 25
# The hour that clocks skip and repeat in Europe, and one that no clock touches.
TIMES = ((2, 30), (12, 0))
ZONES = (
    "Europe/Berlin",
    "Europe/Lisbon",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
)
STEPS = {
    (Interval.MONTH, 1): relativedelta(months=1),
    (Interval.MONTH, 3): relativedelta(months=3),
    (Interval.YEAR, 1): relativedelta(years=1),
    (Interval.WEEK, 2): relativedelta(weeks=2),
}
DAYS = [datetime(2024, 1, 1) + timedelta(days=day) for day in range(366)]  # noqa: DTZ001 - wall time


def moment(wall: datetime, zone: str) -> datetime:
    """The moment of a wall clock time: a skipped one moves on, a repeated one is the first."""
    there = tz.resolve_imaginary(wall.replace(tzinfo=tz.gettz(zone), fold=0))
    return there.astimezone(UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step[1]}-{step[0]}")
def test_25_years_from_any_day_are_those_of_another_calendar(step, zone):
    interval, count = step
    count_of_periods = {"month": 12 // count, "year": 1, "week": 26}[interval] * YEARS
    # Years are far apart; for the rest, every eleventh period and the first and last year.
    chosen = {*range(13), *range(0, count_of_periods, 11), count_of_periods}
    wrong = []
    for day in DAYS:
        hour, minute = TIMES[day.day % 2]
        wall = day.replace(hour=hour, minute=minute)
        anchor = moment(wall, zone)
        # A wall clock that was skipped is, from here on, what it became.
        begun = anchor.astimezone(tz.gettz(zone)).replace(tzinfo=None)
        for index in chosen:
            expected = moment(begun + STEPS[step] * index, zone)
            if boundary(anchor, interval, count, index, zone) != expected:
                wrong.append((wall, index))
    assert not wrong


@pytest.mark.parametrize("zone", ZONES)
def test_periods_of_25_years_touch_and_hold_every_moment(zone):
    for day in DAYS[::7]:
        anchor = moment(day.replace(hour=2, minute=30), zone)
        end = anchor
        for index in range(12 * YEARS):
            start, end = end, boundary(anchor, Interval.MONTH, 1, index + 1, zone)
            assert start < end
            if index % 29 == 0:
                last = end - timedelta(microseconds=1)
                assert period_at(anchor, Interval.MONTH, 1, zone, start)[0] == index
                assert period_at(anchor, Interval.MONTH, 1, zone, last)[0] == index
