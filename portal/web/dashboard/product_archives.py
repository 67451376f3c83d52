"""Products that are no longer sold. Running subscriptions stay."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.web.dashboard.scope import the_product
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint("product_archives", __name__, url_prefix="/products/<product_id>/archive")


@bp.post("")
def create(product_id: str) -> Any:
    product = the_product(product_id)
    if not product.is_archived:
        product.archive(at=moment())
    url = url_for("dashboard.products.show", product_id=product.id)
    return see(url, _("Archived. Running subscriptions go on; nobody new can subscribe."))


@bp.post("/deletion")
def destroy(product_id: str) -> Any:
    product = the_product(product_id)
    if product.is_archived:
        product.unarchive(at=moment())
    url = url_for("dashboard.products.show", product_id=product.id)
    return see(url, _("%(name)s is sold again.", name=product.name))
