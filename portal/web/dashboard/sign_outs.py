"""Signing out, here or everywhere."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.accounts.users import DashboardSession
from portal.record import now
from portal.web import identity
from portal.web.access import public
from portal.web.dashboard.entering import end_session, forget_visitor
from portal.web.dashboard.scope import the_user
from portal.web.pages import see

bp = Blueprint("sign_outs", __name__)
FORGET = '"cache", "storage"'


@bp.post("/sign-out")
@public
def create() -> Any:
    if token := identity.read_cookie(identity.MEMBER_COOKIE):
        end_session(token)
    return signed_out(_("You are signed out."))


@bp.post("/settings/profile/sessions/deletion")
def destroy() -> Any:
    """Everywhere: this browser, too."""
    user = the_user()
    DashboardSession.end_all(user, at=now())
    user.record_event("user.signed_out_everywhere", now())
    return signed_out(_("You are signed out everywhere."))


def signed_out(notice: str) -> Any:
    forget_visitor()
    response = see(url_for("dashboard.sign_in.new"), notice)
    response.headers["Clear-Site-Data"] = FORGET
    return identity.clear_cookie(response, identity.MEMBER_COOKIE)
