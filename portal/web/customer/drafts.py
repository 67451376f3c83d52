"""What somebody typed while the session ran out: kept, and put back after sign-in.

It travels sealed in the row of the session that ran out, so that only the browser that
typed it can fetch it, and it is put back only for the same customer.
"""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from wtforms import Form

from portal.crypto import Unreadable
from portal.database import write
from portal.record import now
from portal.selfservice.portal_sessions import PortalSession
from portal.web import csrf
from portal.web.customer import entry
from portal.web.identity import portal_session
from portal.web.settings import keyring, settings

PURPOSE = "form_draft"
LIFE = timedelta(hours=2)
MOST_CHARACTERS = 64 * 1024
NEVER_KEPT = ("password", "code", "token", "secret")


def keep(session: PortalSession | None) -> str:
    """Keep the form of this request in its session that ran out.

    Answers the page on which the form stood, where there is one to go back to.
    """
    page = _page_of_form()
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not any(word in name for word in NEVER_KEPT)
    ]
    small = sum(len(name) + len(value) for name, value in fields) <= MOST_CHARACTERS
    if page and fields and small and session and _is_meant(session):
        draft = {"path": urlsplit(page).path, "fields": fields, "customer": session.customer_id}
        with write():
            session.draft = {"sealed": keyring().seal(PURPOSE, draft)}
            session.save()
    return page


def carry(former: PortalSession | None, session: PortalSession) -> bool:
    """Hand the draft on to the session that follows. Answers whether there was one."""
    if not former or not former.draft or former.customer_id != session.customer_id:
        return False
    with write():
        session.draft, former.draft = former.draft, {}
        session.save()
        former.save()
    return True


def restore(form: Form) -> bool:
    """Put what was typed back into the form of this page, once.

    For views that show a form to edit, after they filled it with what is stored.
    Answers whether there was something to put back.
    """
    session = portal_session()
    if session is None or not session.draft or request.method != "GET":
        return False
    draft = _open(session)
    if draft is None or draft["path"] != request.path:
        return False
    fields = MultiDict([(name, value) for name, value in draft["fields"]])
    if not set(fields) & set(form._fields):
        return False
    form.process(fields)
    with write():
        session.draft = {}
        session.save()
    return True


def _open(session: PortalSession) -> dict[str, Any] | None:
    try:
        draft: dict[str, Any] = keyring().unseal(PURPOSE, session.draft.get("sealed", ""), LIFE)
    except Unreadable:
        return None
    return draft if draft["customer"] == session.customer_id else None


def _is_meant(session: PortalSession) -> bool:
    """Whether the form is one that we showed in this session, and it merely ran out."""
    token = request.form.get(csrf.FIELD) or request.headers.get(csrf.HEADER, "")
    return session.has_run_out(now()) and csrf.is_valid_for(session.token_digest, token)


def _page_of_form() -> str:
    """The path that the browser says the form stood on, if that is a page of ours."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != settings().host:
        return ""
    page = entry.wanted(came_from.path + (f"?{came_from.query}" if came_from.query else ""))
    return page if page and _can_be_got(came_from.path) else ""


def _can_be_got(path: str) -> bool:
    """A form that was shown again after a mistake stands under an address that takes POST only."""
    try:
        current_app.url_map.bind(settings().host).match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True
