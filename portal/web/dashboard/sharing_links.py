"""A link with the address filled in for every customer, as a file."""

from typing import Any

from flask import Blueprint, Response, stream_with_context, url_for
from flask_babel import gettext as _

from portal.documents.csv_text import csv_text
from portal.record import now
from portal.selfservice import sharing
from portal.selfservice.login_links import LoginLink
from portal.web.dashboard.scope import the_configuration, the_merchant
from portal.web.pages import see
from portal.web.settings import settings

bp = Blueprint("sharing_links", __name__, url_prefix="/sharing/customers.csv")
HEAD = ("name", "email", "link")
FILE = "portal-links.csv"


@bp.post("")
def create() -> Any:
    link, merchant, at = LoginLink.active_of(the_configuration()), the_merchant(), now()
    if link is None:
        location = url_for("dashboard.sharing.show")
        return see(location, _("Activate the link first."), "warning")
    sharing.mark_shared(merchant, at=at)
    sharing.record_export(merchant, at=at)
    lines = csv_text(HEAD, sharing.customer_links(link, settings().base_url))
    response = Response(stream_with_context(lines), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=FILE)
    return response
