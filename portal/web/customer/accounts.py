"""Several customers with one address: which of them is looked at."""

from typing import Any

from flask import Blueprint, abort
from flask_babel import gettext as _

from portal.record import now
from portal.selfservice.sign_in_people import other_customers
from portal.web.customer.entry import HOME
from portal.web.customer.scope import my_session
from portal.web.pages import render_page, see

bp = Blueprint("accounts", __name__, url_prefix="/accounts")


@bp.get("")
def index() -> Any:
    others = list(other_customers(my_session()))
    return render_page("customer/accounts/index.html", others=others)


@bp.post("/<customer_id>")
def update(customer_id: str) -> Any:
    """Go on as this one."""
    session = my_session()
    customer = next((one for one in other_customers(session) if one.id == customer_id), None)
    if customer is None:
        abort(404)
    session.switch_to(customer, at=now())
    return see(HOME, _("You now see the account of %(name)s.", name=customer.display_name))
