"""Money and calendars of the model: fractions and python-dateutil, nothing of the product's own."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from dateutil import tz
from dateutil.relativedelta import relativedelta

VAT = Fraction(19, 100)
STEPS = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "year": relativedelta(years=1),
}
# Average days of each, as the Gregorian calendar's 400 years have them.
DAYS = {
    "day": Fraction(1),
    "week": Fraction(7),
    "month": Fraction(146_097, 4800),
    "year": Fraction(146_097, 400),
}


class Told(NamedTuple):
    net: int
    tax: int
    gross: int


def half_up(exact: Fraction) -> int:
    """To whole minor units; a half away from zero."""
    whole = int(abs(exact) + Fraction(1, 2))
    return whole if exact >= 0 else -whole


def told_apart(amount: int, *, is_inclusive: bool) -> Told:
    """One line: the tax taken out of what includes it, or put onto what does not."""
    if is_inclusive:
        tax = half_up(amount - amount / (1 + VAT))
        return Told(amount - tax, tax, amount)
    tax = half_up(amount * VAT)
    return Told(amount, tax, amount + tax)


def part_left(amount: int, length: timedelta, left: timedelta) -> int:
    """What of `amount` is not used, by largest remainder; of two equal ones, the used part's."""
    if length <= timedelta(0):
        return 0
    left = min(max(left, timedelta(0)), length)
    exact = Fraction(amount) * (left // timedelta(microseconds=1))
    exact /= length // timedelta(microseconds=1)
    down = int(exact)
    return down + (exact - down > Fraction(1, 2))


def later(anchor: datetime, interval: str, count: int, zone: str) -> datetime:
    """So many intervals later by the wall clock of `zone`; a skipped time moves on by the gap."""
    if count == 0:
        return anchor
    wall = anchor.astimezone(tz.gettz(zone)).replace(tzinfo=None, fold=0)
    there = (wall + STEPS[interval] * count).replace(tzinfo=tz.gettz(zone))
    return tz.resolve_imaginary(there).astimezone(UTC)
