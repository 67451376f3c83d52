"""A paused subscription goes on."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.billing.pausing import resume
from portal.billing.plan_errors import SubscriptionNotPaused
from portal.web.customer.once import once
from portal.web.customer.scope import my_configuration, my_subscription_item
from portal.web.pages import day, see
from portal.web.zone import moment

bp = Blueprint("resumptions", __name__, url_prefix="/subscriptions/<subscription_id>/resumption")


@bp.post("")
def create(subscription_id: str) -> Any:
    """Whoever resumes it twice is told the same twice."""
    subscription = my_subscription_item(subscription_id).subscription
    my_configuration().require("allows_pause")
    with suppress(SubscriptionNotPaused):
        once(lambda: resume(subscription, at=moment()))
    location = url_for("customer.subscriptions.show", subscription_id=subscription_id)
    if subscription.status not in subscription.RUNNING:
        return see(location)
    words = _(
        "Your subscription goes on. What you had paid for lasts until %(date)s.",
        date=day(subscription.current_period_end),
    )
    return see(location, words)
