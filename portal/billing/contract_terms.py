"""Contract terms: from when on a subscription can end, and when it does if canceled now.

The customer is bound for `minimum_term_months` from the beginning, and gives notice
`notice_days` ahead. After the minimum term the contract runs on without an end and can be
left at any time with that notice (§ 309 Nr. 9 BGB: never more than a month's notice, and
no further term that binds). Without a minimum term it ends with a period.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from portal.billing.errors import BillingError
from portal.billing.periods import Interval, boundary, period_at
from portal.billing.subscription_status import S

if TYPE_CHECKING:
    from portal.billing.subscriptions import Subscription

MOST_NOTICE_DAYS = 365
MOST_MONTHS = 120


class TermsOutOfRange(BillingError):
    """More than ten years, or more than a year's notice."""

    code = "terms_out_of_range"


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """What was agreed on, as moments. `bound_until` is None without a minimum term."""

    minimum_term_months: int
    notice_days: int
    bound_until: datetime | None

    @property
    def are_any(self) -> bool:
        return bool(self.minimum_term_months or self.notice_days)


def check_terms(minimum_term_months: int, notice_days: int) -> None:
    """Raises `TermsOutOfRange`."""
    if not 0 <= minimum_term_months <= MOST_MONTHS or not 0 <= notice_days <= MOST_NOTICE_DAYS:
        raise TermsOutOfRange


def terms_of(subscription: "Subscription") -> ContractTerms:
    """The terms. The minimum term is counted from the end of the trial, if there was one,
    and else from the beginning; changes of plan and pauses leave it where it is."""
    months = subscription.minimum_term_months
    bound_until = None
    if months:
        zone = subscription.merchant.time_zone
        begun = subscription.trial_end or subscription.started_at
        bound_until = boundary(begun, Interval.MONTH, 1, months, zone)
    return ContractTerms(months, subscription.notice_days, bound_until)


def next_possible_end(subscription: "Subscription", at: datetime) -> datetime:
    """When it ends if notice is given at `at`.

    Within the minimum term, and early enough: with that term. Later: when the notice has run
    out, also inside a period. Without a minimum term: with the first period that ends after
    the notice. A trial that is not over yet binds nobody: it ends with the trial. What rests
    without an end begins no further period: it ends by then, or at once.
    """
    ends_at = _end_by_terms(subscription, at)
    rests = subscription.status in {S.PAUSED, S.UNPAID} and not subscription.resumes_at
    return max(ends_at, at) if rests else ends_at


def _end_by_terms(subscription: "Subscription", at: datetime) -> datetime:
    if subscription.trial_end and at < subscription.trial_end:
        return subscription.trial_end
    terms = terms_of(subscription)
    if not terms.are_any:
        return subscription.current_period_end
    free_from = _after_days(subscription, at, terms.notice_days)
    if terms.bound_until is not None:
        return max(terms.bound_until, free_from)
    if free_from <= subscription.current_period_end:
        return subscription.current_period_end
    item = subscription.item
    price = item.price
    _, period = period_at(
        subscription.anchor_at,
        price.interval,
        price.interval_count,
        subscription.merchant.time_zone,
        free_from - timedelta(microseconds=1),
    )
    return period.end


def _after_days(subscription: "Subscription", at: datetime, days: int) -> datetime:
    """The same time of day, so many calendar days later where the merchant is."""
    if not days:
        return at
    return boundary(at, Interval.DAY, 1, days, subscription.merchant.time_zone)
