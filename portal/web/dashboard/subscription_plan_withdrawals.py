"""A change of plan that waits is taken back."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.billing.scheduled_changes import ScheduledChange
from portal.web.dashboard.scope import the_subscription
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint(
    "subscription_plan_withdrawals",
    __name__,
    url_prefix="/subscriptions/<subscription_id>/plan/withdrawal",
)


@bp.post("")
def create(subscription_id: str) -> Any:
    ScheduledChange.withdraw(the_subscription(subscription_id), at=moment())
    return see(
        url_for("dashboard.subscriptions.show", subscription_id=subscription_id),
        _("The change was withdrawn. The plan stays as it is."),
    )
