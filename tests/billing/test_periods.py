from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.billing.periods import (
    Interval,
    IntervalCountOutOfRange,
    Period,
    TimeZoneUnknown,
    boundary,
    check_interval,
    local_date,
    period,
    period_at,
)

BERLIN = "Europe/Berlin"
ZONES = [BERLIN, "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Tokyo"]
LONGEST = {Interval.DAY: 1095, Interval.WEEK: 156, Interval.MONTH: 36, Interval.YEAR: 3}


def local(zone: str, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def expected_wall(wall: datetime, interval: Interval, steps: int) -> datetime:
    """The oracle: one day or one month at a time, as one would on a paper calendar."""
    if interval in (Interval.DAY, Interval.WEEK):
        days = steps * (7 if interval == Interval.WEEK else 1)
        return datetime.combine(date.fromordinal(wall.toordinal() + days), wall.time())
    year, month = wall.year, wall.month
    for _ in range(steps * (12 if interval == Interval.YEAR else 1)):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    last_day = monthrange(year, month)[1]
    return datetime.combine(date(year, month, min(wall.day, last_day)), wall.time())


def expected_instant(wall: datetime, zone: str) -> datetime:
    """The oracle: the first instant whose wall clock shows `wall`; later by the gap if none."""
    start = wall.replace(tzinfo=UTC) - timedelta(hours=15)
    candidates = (start + timedelta(minutes=15 * step) for step in range(121))
    for candidate in candidates:
        if candidate.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall:
            return candidate
    before = (wall - timedelta(hours=3)).replace(tzinfo=ZoneInfo(zone))
    return before.astimezone(UTC) + timedelta(hours=3)


quarters = st.integers(0, 11 * 365 * 96).map(
    lambda quarter: datetime(2020, 1, 1, tzinfo=UTC) + quarter * timedelta(minutes=15)
)
intervals = st.sampled_from(Interval).flatmap(
    lambda interval: st.tuples(st.just(interval), st.integers(1, LONGEST[interval]))
)


@given(quarters, intervals, st.integers(1, 8), st.sampled_from(ZONES))
def test_boundaries_are_those_of_a_paper_calendar(anchor, interval_and_count, index, zone):
    interval, count = interval_and_count
    wall = anchor.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)

    later = expected_wall(wall, interval, index * count)

    assert boundary(anchor, interval, count, index, zone) == expected_instant(later, zone)


@given(quarters, intervals, st.integers(-8, 8), st.sampled_from(ZONES))
def test_periods_touch_and_are_never_empty(anchor, interval_and_count, index, zone):
    interval, count = interval_and_count
    this = period(anchor, interval, count, index, zone)
    following = period(anchor, interval, count, index + 1, zone)

    assert this.start < this.end == following.start
    assert this.contains(this.start)
    assert not this.contains(this.end)


@given(quarters, intervals, st.integers(-2000, 4000), st.sampled_from(ZONES))
def test_every_moment_is_in_the_period_that_is_found_for_it(anchor, interval_and_count, days, zone):
    interval, count = interval_and_count
    at = anchor + timedelta(days=days, minutes=7)

    index, found = period_at(anchor, interval, count, zone, at)

    assert found.contains(at)
    assert found == period(anchor, interval, count, index, zone)
    assert (index >= 0) == (at >= anchor)


@given(quarters, intervals, st.integers(-8, 8), st.sampled_from(ZONES))
def test_the_first_and_last_moment_of_a_period_find_it(anchor, interval_and_count, index, zone):
    interval, count = interval_and_count
    this = period(anchor, interval, count, index, zone)
    last = this.end - timedelta(microseconds=1)

    assert period_at(anchor, interval, count, zone, this.start) == (index, this)
    assert period_at(anchor, interval, count, zone, last) == (index, this)


def test_the_last_of_a_month_is_kept_after_a_shorter_one():
    anchor = local(BERLIN, 2026, 1, 31, 10)
    starts = [boundary(anchor, Interval.MONTH, 1, index, BERLIN) for index in range(5)]

    assert starts == [
        local(BERLIN, 2026, 1, 31, 10),
        local(BERLIN, 2026, 2, 28, 10),
        local(BERLIN, 2026, 3, 31, 10),
        local(BERLIN, 2026, 4, 30, 10),
        local(BERLIN, 2026, 5, 31, 10),
    ]


def test_29_february_comes_back_in_leap_years():
    anchor = utc(2024, 2, 29)
    starts = [boundary(anchor, Interval.YEAR, 1, index, "UTC") for index in range(5)]

    assert [f"{start:%Y-%m-%d}" for start in starts] == [
        "2024-02-29",
        "2025-02-28",
        "2026-02-28",
        "2027-02-28",
        "2028-02-29",
    ]


def test_the_day_is_the_merchants_and_not_that_of_greenwich():
    anchor = utc(2026, 1, 31, 23, 30)  # 1 February, 00:30 in Berlin

    assert boundary(anchor, Interval.MONTH, 1, 1, BERLIN) == utc(2026, 2, 28, 23, 30)
    assert boundary(anchor, Interval.MONTH, 1, 1, "UTC") == utc(2026, 2, 28, 23, 30)
    assert boundary(anchor, Interval.MONTH, 1, 3, BERLIN) == utc(2026, 4, 30, 22, 30)
    assert local_date(anchor, BERLIN) == date(2026, 2, 1)


def test_the_wall_clock_stays_when_summer_time_begins():
    march = period(local(BERLIN, 2027, 3, 1), Interval.MONTH, 1, 0, BERLIN)

    assert march.end == local(BERLIN, 2027, 4, 1)
    assert (march.end - march.start).total_seconds() == 2_674_800


def test_a_skipped_hour_moves_forward_and_only_on_that_day():
    anchor = local(BERLIN, 2027, 3, 27, 2, 30)
    starts = [boundary(anchor, Interval.DAY, 1, index, BERLIN) for index in range(3)]

    assert starts == [utc(2027, 3, 27, 1, 30), utc(2027, 3, 28, 1, 30), utc(2027, 3, 29, 0, 30)]


def test_a_repeated_hour_means_the_first():
    anchor = local(BERLIN, 2027, 10, 30, 2, 30)
    assert boundary(anchor, Interval.DAY, 1, 1, BERLIN) == utc(2027, 10, 31, 0, 30)


def test_an_anchor_in_the_second_of_two_equal_hours_stays_where_it_is():
    anchor = local(BERLIN, 2027, 10, 31, 2, 30, fold=1)

    assert boundary(anchor, Interval.DAY, 1, 0, BERLIN) == anchor == utc(2027, 10, 31, 1, 30)
    assert boundary(anchor, Interval.DAY, 1, 1, BERLIN) == utc(2027, 11, 1, 1, 30)


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_has_as_many_days_as_the_calendar_says(zone):
    anchor = local(zone, 2027, 1, 1, 2, 30)
    index, _ = period_at(anchor, Interval.DAY, 1, zone, local(zone, 2028, 1, 1, 2, 30))
    assert index == 365


def test_a_period_ends_before_its_end():
    january = Period(utc(2026, 1, 1), utc(2026, 2, 1))

    assert january.contains(utc(2026, 1, 1))
    assert not january.contains(utc(2026, 2, 1))
    assert not january.contains(utc(2025, 12, 31, 23, 59))


def test_a_day_that_a_time_zone_skipped_has_no_length():
    """Samoa went from 29 to 31 December 2011."""
    anchor = local("Pacific/Apia", 2011, 12, 29, 10)
    skipped = period(anchor, Interval.DAY, 1, 1, "Pacific/Apia")

    assert skipped.start == skipped.end
    assert period_at(anchor, Interval.DAY, 1, "Pacific/Apia", skipped.start)[0] == 2


@pytest.mark.parametrize(("interval", "count"), LONGEST.items())
def test_three_years_are_the_longest_period(interval, count):
    assert check_interval(interval, count) == count
    for wrong in (count + 1, 0, -1):
        with pytest.raises(IntervalCountOutOfRange):
            boundary(utc(2026, 1, 1), interval, wrong, 1, "UTC")


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "/etc/passwd", "Europe"])
def test_an_unknown_time_zone_is_refused(zone):
    with pytest.raises(TimeZoneUnknown):
        boundary(utc(2026, 1, 1), Interval.DAY, 1, 1, zone)


def test_a_time_without_a_zone_is_a_mistake():
    with pytest.raises(TypeError):
        boundary(datetime(2026, 1, 1), Interval.DAY, 1, 1, "UTC")  # noqa: DTZ001
