"""Taking a cancellation back before the end."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.billing.errors import SubscriptionNotEnding
from portal.selfservice import cancellations
from portal.web.customer.once import once
from portal.web.customer.scope import my_configuration, my_subscription_item
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint(
    "reinstatements", __name__, url_prefix="/subscriptions/<subscription_id>/reinstatement"
)


@bp.post("")
def create(subscription_id: str) -> Any:
    """Whoever takes it back twice is told the same twice."""
    subscription = my_subscription_item(subscription_id).subscription
    configuration = my_configuration()
    configuration.require("allows_cancellation")
    with suppress(SubscriptionNotEnding):
        once(lambda: cancellations.reinstate(subscription, configuration, at=moment()))
    # A form that comes a second time may find it canceled anew.
    notice = None if subscription.is_ending else _("Your subscription continues as before.")
    return see(url_for("customer.subscriptions.show", subscription_id=subscription_id), notice)
