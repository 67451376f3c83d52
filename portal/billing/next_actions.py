"""When the billing run must look at a subscription again."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from portal.billing.subscription_status import RUNNING, S

if TYPE_CHECKING:
    from portal.billing.subscriptions import Subscription

# Customers are told ahead: of the end of a trial, and of a renewal after a long period.
TRIAL_AHEAD = timedelta(days=7)
RENEWAL_AHEAD = timedelta(days=30)
LONG_PERIOD = timedelta(days=100)
# A first payment that does not come in this time does not come.
INCOMPLETE_FOR = timedelta(hours=23)


def next_action(subscription: "Subscription") -> datetime | None:
    """As things stand; None where nothing is to come by itself."""
    if subscription.parked_at:
        return None
    status, ends = subscription.status, subscription.current_period_end
    if status in RUNNING:
        return min(ends, subscription.cancel_at or ends)
    if status == S.INCOMPLETE:
        return subscription.started_at + INCOMPLETE_FOR
    if status not in {S.PAUSED, S.UNPAID}:
        return None
    moments = subscription.resumes_at, _end_at_rest(subscription)
    return min((moment for moment in moments if moment), default=None)


def _end_at_rest(subscription: "Subscription") -> datetime | None:
    """When what is paused or unpaid ends, if it was canceled.

    Where a pause has an end, the paid rest follows it, and the subscription ends after that.
    """
    is_moved = subscription.resumes_at is not None
    with_period = subscription.cancel_at_period_end and not is_moved
    return subscription.cancel_at or (subscription.current_period_end if with_period else None)


def remind_at(subscription: "Subscription") -> datetime | None:
    """When the customer is to be told of what comes next; None where there is nothing to tell."""
    status, ends = subscription.status, subscription.current_period_end
    if subscription.reminded_index == subscription.period_index or status not in RUNNING:
        return None
    if status == S.TRIALING:
        moment = max(ends - TRIAL_AHEAD, subscription.current_period_start + timedelta(days=1))
        return moment if moment < ends else None
    is_ending = subscription.cancel_at_period_end or subscription.cancel_at is not None
    if is_ending or ends - subscription.current_period_start < LONG_PERIOD:
        return None
    return ends - RENEWAL_AHEAD
