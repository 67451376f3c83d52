"""Pausing: nothing is billed meanwhile, and no paid day is lost.

A pause begins at once. What is left of the paid period is kept, to the microsecond, and
follows when the subscription goes on: both ends of the period move by exactly the length of
the pause, and so does the end of a trial and the date of a change that waits. From there the
next periods are counted. The period's length stays what it was, so that what is prorated
afterwards counts only time that could be used.

    paid 1 April to 1 May, paused on 11 April, resumed on 1 June
    -> the period runs from 22 May to 21 June; the next invoice is dated 21 June
"""

from datetime import datetime, timedelta

from portal.billing.errors import SubscriptionEnded
from portal.billing.periods import Interval, boundary
from portal.billing.plan_errors import (
    PauseTooLong,
    PlanNotChangeable,
    SubscriptionNotPaused,
    SubscriptionPaused,
    SubscriptionSetToEnd,
)
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_status import SubscriptionStatus as S
from portal.billing.subscriptions import Subscription
from portal.database import write

MOST_MONTHS = 36


def pause_end(subscription: Subscription, months: int, at: datetime) -> datetime | None:
    """So many calendar months later where the merchant is; None without end for 0 months.

    Raises `PauseTooLong` outside of 0 to 36.
    """
    if not 0 <= months <= MOST_MONTHS:
        raise PauseTooLong
    if months == 0:
        return None
    return boundary(at, Interval.MONTH, 1, months, subscription.merchant.time_zone)


def require_pausable(subscription: Subscription) -> None:
    """Only what runs and is paid for can rest.

    Raises `SubscriptionEnded`, `SubscriptionPaused`, `PlanNotChangeable`,
    `SubscriptionSetToEnd`.
    """
    if not subscription.is_live:
        raise SubscriptionEnded
    if subscription.status == S.PAUSED:
        raise SubscriptionPaused
    if subscription.status not in {S.ACTIVE, S.TRIALING}:
        raise PlanNotChangeable
    if subscription.is_ending or subscription.cancel_at:
        raise SubscriptionSetToEnd


def pause(subscription: Subscription, *, at: datetime, resumes_at: datetime | None = None) -> None:
    """Stop at once, until `resumes_at` or until somebody resumes it.

    Raises as `require_pausable` does, and `PauseTooLong` for an end that is not ahead or is
    more than three years away.
    """
    with write():
        subscription.refresh()
        require_pausable(subscription)
        latest = pause_end(subscription, MOST_MONTHS, at)
        if resumes_at and latest and not at < resumes_at <= latest:
            raise PauseTooLong
        subscription.status = S.PAUSED
        subscription.paused_at, subscription.resumes_at = at, resumes_at
        subscription.save()
        until = resumes_at.isoformat() if resumes_at else ""
        subscription.record_event("customer.subscription.paused", at, resumes_at=until)


def resume(subscription: Subscription, *, at: datetime) -> None:
    """Go on at `at`, by hand or because the pause is over; the paid rest follows.

    A period that was over before the pause began (a trial that ended without a payment
    method) leaves nothing: the next one begins at once, with the billing run. Raises
    `SubscriptionNotPaused`.
    """
    with write():
        subscription.refresh()
        if subscription.status != S.PAUSED:
            raise SubscriptionNotPaused
        _move(subscription, at)
        subscription.status = S.TRIALING if _is_trial(subscription) else S.ACTIVE
        subscription.paused_at = subscription.resumes_at = None
        subscription.save()
        subscription.record_event("customer.subscription.resumed", at)


def resumed_period_end(subscription: Subscription, at: datetime) -> datetime:
    """The end of the paid time if a paused subscription went on at `at`."""
    paused_at = subscription.paused_at or at
    return at + max(subscription.current_period_end - paused_at, timedelta(0))


def _move(subscription: Subscription, at: datetime) -> None:
    end = resumed_period_end(subscription, at)
    moved = end - subscription.current_period_end
    subscription.current_period_start += moved
    subscription.current_period_end = end
    if _is_trial(subscription):
        subscription.trial_end = end
    subscription.anchor_at, subscription.anchor_index = end, subscription.period_index + 1
    if waiting := ScheduledChange.waiting_of(subscription):
        waiting.takes_effect_at = end
        waiting.save()


def _is_trial(subscription: Subscription) -> bool:
    """Whether what was interrupted is the time before the first paid period."""
    return subscription.trial_end is not None and subscription.period_index < 0
