"""What somebody typed while the session ran out: kept through sign-in, then sent again.

It lies sealed in the row of the session that ran out, so that only the browser that
typed it comes back to it, and it is shown only to the same person.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _

from portal.accounts.users import DashboardSession
from portal.crypto import Unreadable
from portal.web import csrf, identity
from portal.web.dashboard.entering import way
from portal.web.dashboard.scope import the_session, the_user
from portal.web.pages import render_page, see
from portal.web.settings import keyring, settings

bp = Blueprint("drafts", __name__, url_prefix="/draft")
PURPOSE = "dashboard-draft"
MOST_CHARACTERS = 64 * 1024
NEVER_KEPT = ("password", "current", "token", "secret")


def keep() -> None:
    """Keep the form of this request, if it is one of the session that ran out.

    Without scripts of ours nobody else can have made its token, so that nothing which a
    foreign page sent is ever offered to be sent again.
    """
    former = DashboardSession.find_over(identity.read_cookie(identity.MEMBER_COOKIE) or "")
    given = request.form.get(csrf.FIELD) or request.headers.get(csrf.HEADER, "")
    if former is None or request.files or not csrf.is_valid_for(former.token_digest, given):
        return
    fields = [pair for pair in request.form.items(multi=True) if pair[0] != csrf.FIELD]
    is_secret = any(word in name for name, _value in fields for word in NEVER_KEPT)
    size = sum(len(name) + len(value) for name, value in fields)
    if fields and not is_secret and size <= MOST_CHARACTERS:
        draft = {"user": former.user_id, "path": request.full_path.rstrip("?"), "fields": fields}
        former.keep_draft(keyring().seal(PURPOSE, draft))


def page_of_form() -> str:
    """The page of ours on which the form stood, as far as the browser says so."""
    said = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    parts = urlsplit(said)
    if parts.netloc != settings().host:
        return way("")
    return way(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def draft() -> dict[str, Any] | None:
    """What waits in this session for its user."""
    try:
        found: dict[str, Any] = keyring().unseal(PURPOSE, the_session().draft)
    except Unreadable:
        return None
    return found if found["user"] == the_user().id else None


@bp.get("")
def show() -> Any:
    waiting = draft()
    if waiting is None:
        return redirect(url_for("dashboard.overview.show"), code=303)
    return render_page("dashboard/drafts/show.html", **waiting)


@bp.post("/deletion")
def destroy() -> Any:
    the_session().keep_draft("")
    return see(url_for("dashboard.overview.show"), _("What you typed is discarded."))
