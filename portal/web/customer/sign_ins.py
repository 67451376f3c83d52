"""Where and when the customer signed in lately, so that a stranger would be noticed."""

import re
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from portal.record import now
from portal.selfservice.portal_sessions import PortalSession
from portal.selfservice.sign_in_people import other_customers
from portal.web.customer.scope import me, my_session
from portal.web.pages import render_page

bp = Blueprint("sign_ins", __name__, url_prefix="/sign-ins")
MOST = 20
# The first that matches counts: most browsers name the others too.
BROWSERS = (
    ("Edge", r"\bEdg(A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"(Chrome|CriOS)/"),
    ("Safari", r"\bSafari/"),
)
SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac OS X\b"),
    ("Linux", r"\bLinux\b"),
)


@bp.get("")
def index() -> Any:
    at, mine = now(), my_session()
    rows = [
        {
            "session": session,
            "device": device(session.user_agent),
            "is_running": session.is_running(at),
            "is_this": session.id == mine.id,
        }
        for session in PortalSession.recent_of(me()).limit(MOST)
    ]
    has_others = other_customers(mine).exists()
    return render_page("customer/sign_ins/index.html", rows=rows, has_other_accounts=has_others)


def device(user_agent: str) -> str:
    """ "Firefox, Windows": enough to recognise one's own devices."""
    found = filter(None, (_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)))
    return ", ".join(found) or _("Unknown browser")


def _first(kinds: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in kinds if re.search(pattern, user_agent)), "")
