"""Billing periods: counted from the anchor, on the merchant's calendar, kept in UTC.

Every boundary is computed from the original anchor and never from the boundary
before, so that 31 January is followed by 28 February and then 31 March. The
wall clock of the merchant's time zone stays the same across daylight saving
time; only its distance in UTC changes. A local time that the spring gap skips
moves forward by the gap (02:30 becomes 03:30); one that autumn repeats means
the first of the two. Neither adds nor removes a period.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from portal.billing.errors import BillingError

MICROSECOND = timedelta(microseconds=1)


class Interval(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


# Three years, in each unit: the longest period that a price may have.
MAX_COUNT = MappingProxyType(
    {Interval.DAY: 1095, Interval.WEEK: 156, Interval.MONTH: 36, Interval.YEAR: 3}
)
_DAYS = MappingProxyType({Interval.DAY: 1, Interval.WEEK: 7})
_MONTHS = MappingProxyType({Interval.MONTH: 1, Interval.YEAR: 12})


class IntervalCountOutOfRange(BillingError):
    """A period is shorter than one interval or longer than three years."""

    code = "interval_count_out_of_range"


class TimeZoneUnknown(BillingError):
    """The name is not in the IANA time zone database."""

    code = "time_zone_unknown"


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to, but without, `end`; both UTC."""

    start: datetime
    end: datetime

    def contains(self, at: datetime) -> bool:
        return self.start <= at < self.end


def check_interval(interval: Interval, count: int) -> int:
    """The count itself, or IntervalCountOutOfRange."""
    if not 1 <= count <= MAX_COUNT[interval]:
        raise IntervalCountOutOfRange(interval=interval, count=count, maximum=MAX_COUNT[interval])
    return count


def boundary(anchor: datetime, interval: Interval, count: int, index: int, zone: str) -> datetime:
    """The start of period `index` (UTC); index 0 starts at the anchor itself.

    Negative indexes reach back before the anchor. Raises
    IntervalCountOutOfRange, TimeZoneUnknown.
    """
    check_interval(interval, count)
    if index == 0:
        return _utc(anchor)

    local_zone = time_zone(zone)
    wall = _utc(anchor).astimezone(local_zone).replace(tzinfo=None, fold=0)
    if interval in _DAYS:
        later = wall + timedelta(days=index * count * _DAYS[interval])
    else:
        later = months_after(wall, index * count * _MONTHS[interval])
    return later.replace(tzinfo=local_zone).astimezone(UTC)


def period(anchor: datetime, interval: Interval, count: int, index: int, zone: str) -> Period:
    """Period `index` counted from the anchor; see boundary."""
    return Period(
        boundary(anchor, interval, count, index, zone),
        boundary(anchor, interval, count, index + 1, zone),
    )


def period_at(
    anchor: datetime, interval: Interval, count: int, zone: str, at: datetime
) -> tuple[int, Period]:
    """The period that contains `at`, and its index (negative before the anchor)."""
    index = _estimate(anchor, interval, count, zone, at)
    found = period(anchor, interval, count, index, zone)
    while not found.contains(at):
        index += 1 if at >= found.end else -1
        found = period(anchor, interval, count, index, zone)
    return index, found


def months_after(wall: datetime, months: int) -> datetime:
    """The same day and time, `months` later; the last day where that month is shorter."""
    year, month = divmod(wall.year * 12 + wall.month - 1 + months, 12)
    day = min(wall.day, monthrange(year, month + 1)[1])
    return wall.replace(year=year, month=month + 1, day=day)


def local_date(at: datetime, zone: str) -> date:
    """The calendar day that it is at `at` where the merchant is."""
    return _utc(at).astimezone(time_zone(zone)).date()


def time_zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name. Raises TimeZoneUnknown."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as missing:
        raise TimeZoneUnknown(name=name) from missing


def _estimate(anchor: datetime, interval: Interval, count: int, zone: str, at: datetime) -> int:
    """An index near the one looked for: by calendar arithmetic, at most two off."""
    check_interval(interval, count)
    here, there = local_date(anchor, zone), local_date(at, zone)
    if interval in _DAYS:
        return (there - here).days // (count * _DAYS[interval])
    months = (there.year - here.year) * 12 + there.month - here.month
    return months // (count * _MONTHS[interval])


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise TypeError("a time with a time zone is needed")
    return at.astimezone(UTC)
