"""Blueprint `customer`: what a customer sees, under /p."""

from typing import Any

from flask import Blueprint, abort, g, redirect, request, url_for
from htmx_flask import make_response
from htmx_flask import request as htmx_request

from portal.web.access import is_public, is_reading
from portal.web.customer import brand
from portal.web.identity import portal_session
from portal.web.zone import use_zone

bp = Blueprint("customer", __name__, url_prefix="/p")


@bp.before_request
def require_customer() -> Any:
    """Deny by default: everything that is not marked public needs a running session."""
    session = portal_session()
    if session is None:
        return None if is_public() else to_sign_in()
    g.locale_of_merchant = session.merchant.locale
    use_zone(session.merchant.time_zone)
    if session.is_impersonated and not is_reading():
        abort(403)
    return None


def to_sign_in() -> Any:
    """To the sign-in page, and from there back to the page that was wanted."""
    location = url_for("customer.sign_in.expired", next=wanted_path())
    if htmx_request.htmx:
        return make_response("", redirect=location)
    return redirect(location, code=303)


def wanted_path() -> str:
    """Where the reader wanted to be: for a form, the page that it stood on."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


@bp.context_processor
def layout() -> dict[str, Any]:
    session = portal_session()
    return brand.context(session.merchant, session.configuration, session) if session else {}
