"""The one offer that somebody who wants to leave is shown."""

from typing import Any

from flask import Blueprint

from portal.billing.subscription_items import SubscriptionItem
from portal.selfservice import retention
from portal.selfservice.retention_offers import OfferKind, OfferMade
from portal.web.customer.retention_questions import confirmation_url, require_offered
from portal.web.customer.retention_words import Shown, shown
from portal.web.customer.scope import my_configuration, my_subscription_item
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint(
    "retention_offers",
    __name__,
    url_prefix="/subscriptions/<subscription_id>/cancellation/offer",
)


@bp.get("")
def show(subscription_id: str) -> Any:
    item, configuration = my_subscription_item(subscription_id), my_configuration()
    require_offered(configuration)
    made = retention.open_offer(item.subscription, configuration, moment())
    if made is None:
        return see(confirmation_url(subscription_id))
    return offer_page(item, made)


def offer_page(item: SubscriptionItem, made: OfferMade, status: int = 200) -> Any:
    found: Shown = shown(made.offer, item, moment())
    return render_page(
        "customer/retention_offers/show.html",
        fragment="offer",
        status=status,
        subscription=item.subscription,
        product=item.price.product,
        found=found,
        kinds=OfferKind,
    )
