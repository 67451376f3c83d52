"""Leaving, in this browser or everywhere."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.record import now
from portal.selfservice.login_links import LoginLink
from portal.selfservice.portal_sessions import PortalSession
from portal.web.access import reads_only
from portal.web.customer import entry
from portal.web.customer.scope import my_session
from portal.web.identity import CUSTOMER_COOKIE, clear_cookie
from portal.web.pages import see

bp = Blueprint("sign_outs", __name__)
# What the browser kept of these pages; not the cookies, which are also the dashboard's.
CLEARED = '"cache", "storage"'


@bp.post("/sign-out")
@reads_only
def create() -> Any:
    session = my_session()
    session.end(at=now())
    if session.is_impersonated:
        return _goodbye(session, _("You have left the customer’s portal."))
    return _goodbye(session, _("You are signed out."))


@bp.post("/sign-outs")
def update() -> Any:
    """End the address's sessions in all browsers, this one included."""
    session = my_session()
    PortalSession.end_all_of_address(session, at=now())
    return _goodbye(session, _("You are signed out everywhere."))


def _goodbye(session: PortalSession, notice: str) -> Any:
    response = see(_way_out(session), notice)
    response.headers["Clear-Site-Data"] = CLEARED
    return clear_cookie(response, CUSTOMER_COOKIE)


def _way_out(session: PortalSession) -> str:
    if session.is_impersonated:
        return f"/dashboard/customers/{session.customer_id}"
    link = LoginLink.way_back(session.link_id, session.merchant_id)
    return entry.login_path(link) if link else url_for("customer.sign_in.index")
