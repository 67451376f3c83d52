"""Taking a discount away before its time."""

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from portal.billing import discounts
from portal.web.dashboard.discounts import place
from portal.web.dashboard.scope import the_discount
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("discount_removals", __name__, url_prefix="/discounts/<discount_id>/removal")


@bp.get("/new")
def new(discount_id: str) -> Any:
    discount = the_discount(discount_id)
    back = place(discount.customer, discount.subscription)
    if discounts.is_over(discount, moment()):
        return see(back, _("This discount has ended."))
    return render_page("dashboard/discounts/removal.html", discount=discount, back=back)


@bp.post("")
def create(discount_id: str) -> Any:
    discount = the_discount(discount_id)
    discounts.take_away(discount, at=moment())
    back = place(discount.customer, discount.subscription)
    return see(back, _("The discount is taken away. Invoices already issued stay as they are."))
