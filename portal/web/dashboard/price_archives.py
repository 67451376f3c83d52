"""Prices that are no longer sold. Running subscriptions stay."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.billing.errors import ProductNeedsPrice
from portal.web.dashboard.scope import the_price
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint("price_archives", __name__, url_prefix="/prices/<price_id>/archive")


@bp.post("")
def create(price_id: str) -> Any:
    price = the_price(price_id)
    url = url_for("dashboard.products.show", product_id=price.product_id)
    if price.is_archived:
        return see(url)
    try:
        price.archive(at=moment())
    except ProductNeedsPrice:
        return see(
            url,
            _("A product needs one price that is sold. Add the new one first."),
            "error",
        )
    return see(url, _("Archived. Running subscriptions at this price go on."))


@bp.post("/deletion")
def destroy(price_id: str) -> Any:
    price = the_price(price_id)
    if price.is_archived:
        price.unarchive(at=moment())
    return see(
        url_for("dashboard.products.show", product_id=price.product_id),
        _("The price is sold again."),
    )
