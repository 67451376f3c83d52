"""A cancellation is taken back before the end."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.web.dashboard.scope import the_subscription
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint(
    "subscription_reinstatements",
    __name__,
    url_prefix="/subscriptions/<subscription_id>/reinstatement",
)


@bp.post("")
def create(subscription_id: str) -> Any:
    subscription = the_subscription(subscription_id)
    subscription.reinstate(at=moment())
    return see(
        url_for("dashboard.subscriptions.show", subscription_id=subscription.id),
        _("The cancellation was taken back. The subscription goes on."),
    )
