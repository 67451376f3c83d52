"""Taking up again what has ended: the same price, where it is still sold."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.billing.errors import BillingError, PriceNotUsable
from portal.billing.resubscribing import require_ended
from portal.billing.subscription_items import SubscriptionItem
from portal.web.customer import beginnings
from portal.web.customer.scope import my_configuration, my_subscription_item
from portal.web.errors import refusal
from portal.web.pages import see

bp = Blueprint(
    "resubscriptions", __name__, url_prefix="/subscriptions/<subscription_id>/resubscription"
)


@bp.get("/new")
def new(subscription_id: str) -> Any:
    """The preview; where the price is not sold any more, what else can be subscribed to."""
    item = mine(subscription_id)
    try:
        require_ended(item.subscription)
        item.price.require_usable_for_subscription()
        return beginnings.preview_page(item.price, item.quantity, **pages(item))
    except PriceNotUsable:
        if my_configuration().allows_subscribing:
            words = _("This plan is not sold any more. Please choose another one.")
            return see(url_for("customer.subscribing.index"), words, "info")
        words = _("This plan is not sold any more. Please contact the business.")
        return see(pages(item)["back"], words, "warning")
    except BillingError as error:
        return see(pages(item)["back"], refusal(error), "warning")


@bp.post("")
def create(subscription_id: str) -> Any:
    item, quote = mine(subscription_id), beginnings.taken()
    require_ended(item.subscription)
    if quote is None or quote["earlier"] != item.subscription_id:
        return beginnings.too_old(url_for(".new", subscription_id=subscription_id))
    return beginnings.confirm(item.price, quote, **pages(item))


def mine(subscription_id: str) -> SubscriptionItem:
    """One of my subscriptions, where the merchant lets customers begin again."""
    item = my_subscription_item(subscription_id)
    my_configuration().require("allows_resubscription")
    return item


def pages(item: SubscriptionItem) -> dict[str, Any]:
    given = {"subscription_id": item.subscription_id}
    return {
        "action": url_for(".create", **given),
        "back": url_for("customer.subscriptions.show", **given),
        "earlier": item.subscription,
    }
