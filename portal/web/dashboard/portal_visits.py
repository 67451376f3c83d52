"""Looking at the portal as a customer sees it: marked, read-only, on record."""

from typing import Any

from flask import Blueprint, make_response, redirect

from portal.record import now
from portal.selfservice.portal_sessions import PortalSession
from portal.web.dashboard.scope import the_configuration, the_customer, the_user
from portal.web.identity import CUSTOMER_COOKIE, set_cookie

bp = Blueprint("portal_visits", __name__, url_prefix="/customers/<customer_id>/portal-visit")


@bp.post("")
def create(customer_id: str) -> Any:
    """Without an address, so that the session cannot switch to anybody else."""
    _, token = PortalSession.open(
        the_customer(customer_id),
        at=now(),
        configuration=the_configuration(),
        impersonator_id=the_user().id,
    )
    return set_cookie(make_response(redirect("/p/", code=303)), CUSTOMER_COOKIE, token)
