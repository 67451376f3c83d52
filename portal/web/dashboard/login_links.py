"""The address of the portal: activated, and deactivated for good."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from portal.selfservice.login_links import LoginLink
from portal.web.dashboard.scope import the_configuration
from portal.web.pages import render_page, see
from portal.web.settings import absolute
from portal.web.zone import moment

bp = Blueprint("login_links", __name__, url_prefix="/portal/link")


@bp.post("")
def create() -> Any:
    LoginLink.activate(the_configuration(), at=moment())
    return see(_back(), _("The link is active. Now share it with your customers."))


@bp.get("/deactivation/new")
def new() -> Any:
    link = LoginLink.active_of(the_configuration())
    if link is None:
        return see(url_for("dashboard.portal_settings.edit"))
    return render_page("dashboard/portal/deactivation.html", link_url=absolute(link.path()))


@bp.post("/deactivation")
def destroy() -> Any:
    if link := LoginLink.active_of(the_configuration()):
        link.deactivate(at=moment())
    words = _("The link is dead. Activating makes a new one.")
    return see(url_for("dashboard.portal_settings.edit"), words)


def _back() -> str:
    """To the page on which the button was pressed."""
    page = "sharing.show" if request.form.get("from") == "sharing" else "portal_settings.edit"
    return url_for(f"dashboard.{page}")
