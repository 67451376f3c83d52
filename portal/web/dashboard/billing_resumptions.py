"""A subscription that the safety bound set aside is billed again."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.billing.renewal_turns import unpark
from portal.web.dashboard.scope import the_subscription
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint(
    "billing_resumptions", __name__, url_prefix="/subscriptions/<subscription_id>/billing"
)


@bp.post("")
def create(subscription_id: str) -> Any:
    """The merchant has looked at it."""
    subscription = the_subscription(subscription_id)
    unpark(subscription, at=moment())
    return see(
        url_for("dashboard.subscriptions.show", subscription_id=subscription.id),
        _("The subscription is billed again from now on."),
    )
