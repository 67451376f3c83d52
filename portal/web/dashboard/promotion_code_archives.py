"""Promotion codes that are no longer accepted."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.web.dashboard.scope import the_promotion_code
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint(
    "promotion_code_archives", __name__, url_prefix="/promotion-codes/<promotion_code_id>/archive"
)


@bp.post("")
def create(promotion_code_id: str) -> Any:
    code = the_promotion_code(promotion_code_id)
    if not code.is_archived:
        code.archive(at=moment())
    url = url_for("dashboard.coupons.show", coupon_id=code.coupon_id)
    return see(url, _("The code %(code)s is accepted no longer.", code=code.code))


@bp.post("/deletion")
def destroy(promotion_code_id: str) -> Any:
    code = the_promotion_code(promotion_code_id)
    if code.is_archived:
        code.unarchive(at=moment())
    url = url_for("dashboard.coupons.show", coupon_id=code.coupon_id)
    return see(url, _("The code %(code)s is accepted again.", code=code.code))
