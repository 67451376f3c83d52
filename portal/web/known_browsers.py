"""Browsers in which an address has signed in before.

Such a browser keeps a budget of failures of its own, so that nobody can lock the owner of
an address out by typing in wrong codes elsewhere. The cookie says so, signed; it lets
nobody in.
"""

import secrets
from datetime import timedelta

from flask import Response

from portal.crypto import Unreadable
from portal.web.identity import read_cookie, set_cookie
from portal.web.settings import keyring

COOKIE = "portal_browser"
PURPOSE = "known_browser"
LIFE = timedelta(days=180)
MOST_ADDRESSES = 10


def name_for(merchant_id: str, email: str) -> str:
    """A name for this browser, if the address has signed in with it at this merchant."""
    browser, marks = _read()
    return browser if _mark(merchant_id, email) in marks else ""


def remember(response: Response, merchant_id: str, email: str) -> Response:
    browser, marks = _read()
    mark = _mark(merchant_id, email)
    kept = [mark, *(other for other in marks if other != mark)][:MOST_ADDRESSES]
    signed = keyring().sign(PURPOSE, browser or secrets.token_urlsafe(12), kept)
    return set_cookie(response, COOKIE, signed, life=LIFE)


def _read() -> tuple[str, list[str]]:
    cookie = read_cookie(COOKIE)
    if not cookie:
        return "", []
    try:
        return keyring().unsign(PURPOSE, cookie, LIFE)
    except Unreadable:
        return "", []


def _mark(merchant_id: str, email: str) -> str:
    """Says nothing to somebody who reads the cookie, and is of one merchant only."""
    return keyring().mac(PURPOSE, merchant_id, email)[:24]
