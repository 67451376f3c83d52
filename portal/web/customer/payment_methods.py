"""How a customer pays: the list, and the way to a further method."""

from typing import Any

from flask import Blueprint, request

from portal.billing.payment_methods import PaymentMethod
from portal.formatting import day_in
from portal.web.customer.scope import me, my_configuration, my_merchant, my_session
from portal.web.pages import render_page
from portal.web.public import is_local
from portal.web.zone import moment, zone

bp = Blueprint("payment_methods", __name__, url_prefix="/payment-methods")


@bp.get("")
def index() -> Any:
    # Who only looks at the portal as this customer is not shown how they pay.
    hidden = my_session().is_impersonated
    return render_page(
        "customer/payment_methods/index.html",
        payment_methods=[] if hidden else list(PaymentMethod.of(me())),
        options=my_configuration(),
    )


@bp.get("/new")
def new() -> Any:
    my_configuration().require("updates_payment_methods")
    return render_page(
        "customer/payment_methods/new.html",
        back=own_page(request.args.get("back", "")),
        is_first=PaymentMethod.default_of(me()) is None,
        is_sandbox=my_merchant().gateway == "sandbox",
    )


def own_page(path: str) -> str:
    """The path, if it is one of the portal: where somebody came from and goes back to."""
    return path if is_local(path) and path.startswith("/p/") else ""


@bp.app_template_filter("expiry_badge")
def expiry_badge(method: PaymentMethod) -> str:
    """ "expired" or "expiring" on this day, else nothing."""
    today = day_in(moment(), zone())
    if method.is_expired(today):
        return "expired"
    return "expiring" if method.is_expiring(today) else ""
