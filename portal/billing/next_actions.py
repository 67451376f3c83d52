"""When the billing run must look at a subscription again."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from portal.billing.subscription_status import RUNNING, S

if TYPE_CHECKING:
    from portal.billing.subscriptions import Subscription

# A first payment that does not come in this time does not come.
INCOMPLETE_FOR = timedelta(hours=23)


def next_action(subscription: "Subscription") -> datetime | None:
    """As things stand; None where nothing is to come by itself."""
    if subscription.parked_at:
        return None
    status, ends = subscription.status, subscription.current_period_end
    if status in RUNNING:
        return min(ends, subscription.cancel_at or ends)
    if status == S.PAUSED:
        return subscription.resumes_at
    return subscription.started_at + INCOMPLETE_FOR if status == S.INCOMPLETE else None
