"""Coupons that are no longer given. Discounts that were given stay."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.web.dashboard.scope import the_coupon
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint("coupon_archives", __name__, url_prefix="/coupons/<coupon_id>/archive")


@bp.post("")
def create(coupon_id: str) -> Any:
    coupon = the_coupon(coupon_id)
    if not coupon.is_archived:
        coupon.archive(at=moment())
    url = url_for("dashboard.coupons.show", coupon_id=coupon.id)
    return see(url, _("Archived. Discounts that were given stay; nobody new gets one."))


@bp.post("/deletion")
def destroy(coupon_id: str) -> Any:
    coupon = the_coupon(coupon_id)
    if coupon.is_archived:
        coupon.unarchive(at=moment())
    url = url_for("dashboard.coupons.show", coupon_id=coupon.id)
    return see(url, _("%(name)s can be given again.", name=coupon.name))
