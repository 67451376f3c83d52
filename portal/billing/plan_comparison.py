"""Which of two plans is more: what decides whether a change is made at once."""

from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from portal.billing.periods import Interval
from portal.billing.products import Price

# Of the Gregorian calendar's 400 years: a year is 365.2425 days, a month a twelfth of it.
_DAYS = MappingProxyType(
    {
        Interval.DAY: Fraction(1),
        Interval.WEEK: Fraction(7),
        Interval.MONTH: Fraction(3652425, 120000),
        Interval.YEAR: Fraction(3652425, 10000),
    }
)


class PlanKind(StrEnum):
    """What a change is: merchants decide about upgrades and downgrades apart."""

    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    SAME = "same"


def compare(old: Price, old_quantity: int, new: Price, new_quantity: int) -> PlanKind:
    """What changing from the one to the other is.

    A shorter interval is a downgrade, whatever it costs. Otherwise the cheaper one is, by
    cost per time. But a longer interval of the same product is none: that a year costs less
    than twelve months is why one takes it. List prices are compared, without discounts.
    """
    before, after = length(old), length(new)
    if after < before:
        return PlanKind.DOWNGRADE
    if after > before and old.product_id == new.product_id and new_quantity >= old_quantity:
        return PlanKind.UPGRADE
    cost = old.amount(old_quantity).amount / before
    cost_after = new.amount(new_quantity).amount / after
    if cost_after < cost:
        return PlanKind.DOWNGRADE
    return PlanKind.UPGRADE if cost_after > cost or after > before else PlanKind.SAME


def length(price: Price) -> Fraction:
    """Days of a period, on average."""
    return _DAYS[price.interval] * price.interval_count


def same_interval(one: Price, other: Price) -> bool:
    """Whether they renew after the same time, so that a change can keep the period."""
    return (one.interval, one.interval_count) == (other.interval, other.interval_count)
