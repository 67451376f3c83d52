"""Whether the clock can be believed: a wrong one would bill what is not due, or too late.

A clock that goes back, or leaps ahead while a worker runs, stops billing until somebody has
looked. What a worker slept through or was switched off for is no leap: time then really
passed.
"""

import time
from datetime import datetime, timedelta

from portal.database import write
from portal.record import Record, UTCDateTimeField

# Clocks are set right by seconds all the time.
TOLERANCE = timedelta(seconds=30)
LONGEST_LEAP = timedelta(days=1)


class ClockNotBelieved(Exception):
    """The machine's clock jumped. Billing waits until it is right again, or accepted.

    Set right what is wrong with it. Where the new time is the right one, say so by
    `portal worker --accept-clock`, and restart workers that saw it leap ahead.
    """


class BillingClock(Record):
    """One row: the latest real time at which billing ran, whoever ran it."""

    PREFIX = "clk"
    ONLY = "clk_billing"

    last_run_at = UTCDateTimeField()

    @classmethod
    def accept(cls) -> None:
        """The clock is right as it is: forget what it showed before."""
        with write():
            cls.delete().execute()
        _Process.first = None

    @classmethod
    def last(cls) -> datetime | None:
        """The latest real time at which billing ran."""
        row = cls.get_or_none(cls.id == cls.ONLY)
        return row.last_run_at if row else None


class _Process:
    """When this process first looked at both clocks: the wall's, and the one that never jumps."""

    first: tuple[datetime, timedelta] | None = None


def uptime() -> timedelta:
    """Time that passed, sleep of the machine included; never set by anybody."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return timedelta(seconds=time.clock_gettime(clock))


def check(wall: datetime, passed: timedelta) -> None:
    """Note that billing runs at `wall`. Raises `ClockNotBelieved`.

    `passed` is a reading of `uptime`.
    """
    first_wall, first_passed = _Process.first or (wall, passed)
    if wall - first_wall - (passed - first_passed) > LONGEST_LEAP:
        raise ClockNotBelieved(f"it leapt ahead to {wall:%Y-%m-%d %H:%M} UTC")
    if is_behind(wall):
        raise ClockNotBelieved(f"it went back, to {wall:%Y-%m-%d %H:%M} UTC")
    _Process.first = (first_wall, first_passed)
    _note(max(wall, BillingClock.last() or wall))


def is_behind(wall: datetime) -> bool:
    """Whether the clock shows less than it did when billing ran last."""
    last = BillingClock.last()
    return last is not None and wall < last - TOLERANCE


def _note(at: datetime) -> None:
    with write():
        known = BillingClock.id == BillingClock.ONLY
        if not BillingClock.update(last_run_at=at).where(known).execute():
            BillingClock.insert(id=BillingClock.ONLY, created_at=at, last_run_at=at).on_conflict(
                action="IGNORE"
            ).execute()
