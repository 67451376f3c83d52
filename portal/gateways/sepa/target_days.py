"""Days on which SEPA moves money: those of TARGET, the Eurosystem's settlement.

Closed on Saturdays, Sundays, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26
December (ECB, long-term calendar for TARGET closing days).
"""

from datetime import date, timedelta

DAY = timedelta(days=1)
SATURDAY = 5
FIXED = {(1, 1), (5, 1), (12, 25), (12, 26)}


def is_business_day(day: date) -> bool:
    """Whether money moves on that day."""
    if day.weekday() >= SATURDAY or (day.month, day.day) in FIXED:
        return False
    sunday = easter_sunday(day.year)
    return day not in {sunday - 2 * DAY, sunday + DAY}


def business_day_from(day: date) -> date:
    """The day itself, or the next one on which money moves."""
    while not is_business_day(day):
        day += DAY
    return day


def business_days_after(day: date, count: int) -> date:
    """`count` business days later."""
    for _ in range(count):
        day = business_day_from(day + DAY)
    return day


def easter_sunday(year: int) -> date:
    """The Gregorian computus of Meeus, Jones and Butcher."""
    golden, century, rest = year % 19, *divmod(year, 100)
    leaps, lost = divmod(century, 4)
    moved = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leaps - moved + 15) % 30
    fours, left = divmod(rest, 4)
    week = (32 + 2 * lost + 2 * fours - moon - left) % 7
    shift = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * shift + 114, 31)
    return date(year, month, day + 1)
