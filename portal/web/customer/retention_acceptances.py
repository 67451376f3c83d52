"""Staying after all: the offer is accepted, confirmed, and can be undone."""

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _

from portal.selfservice import retention
from portal.selfservice.retention_offers import OfferMade
from portal.web.customer.once import once
from portal.web.customer.retention_offers import offer_page
from portal.web.customer.retention_questions import confirmation_url, require_offered
from portal.web.customer.retention_words import outcome
from portal.web.customer.scope import my_configuration, my_subscription_item
from portal.web.errors import refusal
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint(
    "retention_acceptances",
    __name__,
    url_prefix="/subscriptions/<subscription_id>/cancellation/offer/acceptance",
)


@bp.post("")
def create(subscription_id: str) -> Any:
    item, configuration = my_subscription_item(subscription_id), my_configuration()
    require_offered(configuration)
    subscription, at = item.subscription, moment()
    made = retention.open_offer(subscription, configuration, at)
    if made is None:
        return see(_after(OfferMade.last_of(subscription), subscription_id))
    shown = request.form.get("shown", "")
    try:
        once(lambda: retention.accept(made, subscription, at=at, shown=shown))
    except retention.OfferChanged as changed:
        flash(refusal(changed), "warning")
        return offer_page(item, made, status=409)
    return see(url_for(".show", subscription_id=subscription_id))


@bp.get("")
def show(subscription_id: str) -> Any:
    item = my_subscription_item(subscription_id)
    made = OfferMade.last_of(item.subscription)
    if made is None or not made.is_kept:
        return see(url_for("customer.subscriptions.show", subscription_id=subscription_id))
    return render_page(
        "customer/retention_acceptances/show.html",
        subscription=item.subscription,
        product=item.price.product,
        outcome=outcome(made, item, moment()),
        can_undo=retention.can_be_taken_back(made, item.subscription, moment()),
    )


@bp.post("/deletion")
def destroy(subscription_id: str) -> Any:
    """Undone also where offers were switched off meanwhile: it was accepted once."""
    item = my_subscription_item(subscription_id)
    made = OfferMade.last_of(item.subscription)
    overview = url_for("customer.subscriptions.show", subscription_id=subscription_id)
    if made is None or not made.is_kept:
        return see(overview)
    once(lambda: retention.take_back(made, item.subscription, at=moment()))
    return see(overview, _("Undone: your subscription is as it was before."))


def _after(made: OfferMade | None, subscription_id: str) -> str:
    """Whoever accepts what is accepted already gets the same confirmation."""
    if made and made.is_kept:
        return url_for(".show", subscription_id=subscription_id)
    return confirmation_url(subscription_id, made.reason if made else None)
