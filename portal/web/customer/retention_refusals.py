"""No, thank you: straight on to the confirmation."""

from typing import Any

from flask import Blueprint

from portal.selfservice import retention
from portal.selfservice.retention_offers import OfferMade
from portal.web.customer.retention_questions import confirmation_url, require_offered
from portal.web.customer.scope import my_configuration, my_subscription_item
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint(
    "retention_refusals",
    __name__,
    url_prefix="/subscriptions/<subscription_id>/cancellation/offer/refusal",
)


@bp.post("")
def create(subscription_id: str) -> Any:
    item, configuration = my_subscription_item(subscription_id), my_configuration()
    require_offered(configuration)
    made = OfferMade.last_of(item.subscription)
    if made is None:
        return see(confirmation_url(subscription_id))
    retention.decline(made, at=moment())
    return see(confirmation_url(subscription_id, made.reason))
