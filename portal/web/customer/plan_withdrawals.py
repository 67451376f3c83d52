"""A change of plan that waits is taken back."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.billing.plan_errors import NothingScheduled
from portal.billing.scheduled_changes import ScheduledChange
from portal.selfservice.plan_options import require_choice
from portal.web.customer.once import once
from portal.web.customer.scope import my_configuration, my_subscription_item
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint(
    "plan_withdrawals", __name__, url_prefix="/subscriptions/<subscription_id>/plan/withdrawal"
)


@bp.post("")
def create(subscription_id: str) -> Any:
    """Whoever withdraws it twice is told the same twice; made already, it is said so."""
    subscription = my_subscription_item(subscription_id).subscription
    require_choice(my_configuration())
    location = url_for("customer.subscriptions.show", subscription_id=subscription_id)
    with suppress(NothingScheduled):
        once(lambda: ScheduledChange.withdraw(subscription, at=moment()))
        return see(location, _("The change was withdrawn. Your plan stays as it is."))
    return see(location, _("There is no change to withdraw any more."), "info")
