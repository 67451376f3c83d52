"""Every change carries a token bound to the session, and comes from our own pages.

The token is a keyed digest of the session row (or, before sign-in, of a random seed in
the signed cookie), so it lives as long as the session and survives a key rotation.
"""

import secrets
from typing import Any

from flask import Flask, Request, abort, current_app, g, render_template, request, session
from markupsafe import Markup
from werkzeug.exceptions import Forbidden
from wtforms.csrf.core import CSRF
from wtforms.validators import ValidationError

from portal.web.access import is_public
from portal.web.identity import dashboard_session, portal_session
from portal.web.settings import keyring, settings

FIELD = "csrf_token"
HEADER = "X-CSRFToken"
PURPOSE = "csrf"
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
EXEMPT_BLUEPRINTS = frozenset({"callbacks", "api"})
NONCE_BYTES = 9


def init_app(app: Flask) -> None:
    app.before_request(protect)
    app.jinja_env.globals["csrf_token"] = token
    app.jinja_env.globals["csrf_field"] = field


def token() -> str:
    """A token for the forms of this answer."""
    if "csrf_token" not in g:
        nonce = secrets.token_urlsafe(NONCE_BYTES)
        g.csrf_token = f"{nonce}.{keyring().mac(PURPOSE, _seed(), nonce)}"
    return str(g.csrf_token)


def field() -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token())


def is_valid(given: str) -> bool:
    return is_valid_for(_stored_seed(), given)


def is_valid_for(seed: str, given: str) -> bool:
    """Whether the token was made for the session of this seed."""
    nonce, _, mac = given.partition(".")
    return bool(seed and mac) and keyring().mac_matches(PURPOSE, mac, seed, nonce)


def protect() -> Any:
    """Refuse a change from elsewhere; offer a form that is too old to be sent again."""
    blueprint = (request.blueprint or "").partition(".")[0]
    if request.method not in CHANGING or blueprint in EXEMPT_BLUEPRINTS:
        return None
    if request.endpoint is None:
        return None
    if not is_from_here(request):
        abort(403)
    if is_valid(request.form.get(FIELD) or request.headers.get(HEADER, "")):
        return None
    signed_in = portal_session() if blueprint == "customer" else dashboard_session()
    if blueprint in {"customer", "dashboard"} and not signed_in and not is_public():
        # Nothing can be changed without a session: the blueprint sends the reader to sign
        # in, and keeps the form if it is one of the session that ran out.
        return None
    return send_again()


def send_again() -> Any:
    """The form was too old: what was typed is kept, and one press sends it again."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name != FIELD]
    secret = any("password" in name for name, _ in typed)
    page = render_template(
        "errors/csrf.html", typed=[] if secret or request.files else typed, url=request.full_path
    )
    return page, Forbidden.code


def is_from_here(asked: Request) -> bool:
    """What the browser says of the page that sent it, where it says anything."""
    if asked.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = asked.headers.get("Origin")
    if not origin:
        return True
    allowed = {settings().base_url}
    if current_app.testing:
        allowed.add(asked.host_url.rstrip("/"))
    return origin in allowed


def _seed() -> str:
    if seed := _stored_seed():
        return seed
    session["seed"] = secrets.token_urlsafe(16)
    return str(session["seed"])


def _stored_seed() -> str:
    if signed_in := portal_session() or dashboard_session():
        return str(signed_in.token_digest)
    return str(session.get("seed", ""))


class SessionCSRF(CSRF):
    """WTForms' view of the same token."""

    def generate_csrf_token(self, csrf_token_field: Any) -> str:
        return token()

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        if not is_valid(field.data or request.headers.get(HEADER, "")):
            raise ValidationError
