"""Another price or quantity for a subscription: shown first, then done exactly as shown."""

from datetime import datetime

from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscriptions import Subscription


def apply_waiting(subscription: Subscription, *, at: datetime) -> bool:
    """Make the change that waits for the beginning of a period, if one does by `at`.

    Called in the transaction of the renewal, while `current_period_end` is still `at` and
    before the end of the period that begins is counted.
    """
    waiting = ScheduledChange.waiting_of(subscription)
    if waiting is None or waiting.takes_effect_at > at:
        return False
    waiting.apply(at=at)
    return True
