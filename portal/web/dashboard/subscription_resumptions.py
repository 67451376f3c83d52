"""A paused subscription goes on."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.billing.pausing import resume
from portal.web.dashboard.scope import the_subscription
from portal.web.pages import day, see
from portal.web.zone import moment

bp = Blueprint(
    "subscription_resumptions", __name__, url_prefix="/subscriptions/<subscription_id>/resumption"
)


@bp.post("")
def create(subscription_id: str) -> Any:
    subscription = the_subscription(subscription_id)
    resume(subscription, at=moment())
    words = _(
        "The subscription goes on. What was paid for lasts until %(date)s.",
        date=day(subscription.current_period_end),
    )
    return see(url_for("dashboard.subscriptions.show", subscription_id=subscription_id), words)
