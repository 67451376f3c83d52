"""Who asks: a customer's portal session or a member's dashboard session.

One cookie and one table a side; which of them counts is decided by the path, so
that one can never be used as the other. Flask-Login asks here at every request and
keeps nothing of its own.
"""

from datetime import timedelta

from flask import Flask, Request, Response, g, request
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user

from portal.accounts.users import DashboardSession
from portal.billing import events
from portal.billing.events import Actor, ActorKind
from portal.config import Settings
from portal.record import now
from portal.selfservice.portal_sessions import PortalSession
from portal.web.settings import settings

CUSTOMER_COOKIE = "portal_customer"
MEMBER_COOKIE = "portal_member"


class Visitor(UserMixin):
    """A signed-in person: the session row, and what Flask-Login wants to know."""

    def __init__(self, session: PortalSession | DashboardSession) -> None:
        self.session = session

    def get_id(self) -> str:
        return self.session.id

    @property
    def locale(self) -> str | None:
        if isinstance(self.session, PortalSession):
            return self.session.customer.locale or self.session.merchant.locale
        return self.session.user.locale


def init_app(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(load)
    manager.init_app(app, add_context_processor=False)
    app.before_request(name_actor)


def load(asked: Request) -> Visitor | None:
    if asked.path.startswith("/dashboard"):
        token = asked.cookies.get(cookie_name(MEMBER_COOKIE, settings()))
        found = DashboardSession.find(token, at=now()) if token else None
    elif asked.path.startswith("/p/"):
        token = asked.cookies.get(cookie_name(CUSTOMER_COOKIE, settings()))
        found = PortalSession.find(token, at=now()) if token else None
    else:
        return None
    return Visitor(found) if found else None


def portal_session() -> PortalSession | None:
    """The customer's running session, on pages of the portal."""
    found = current_user.session if current_user.is_authenticated else None
    return found if isinstance(found, PortalSession) else None


def dashboard_session() -> DashboardSession | None:
    """The member's running session, on pages of the dashboard."""
    found = current_user.session if current_user.is_authenticated else None
    return found if isinstance(found, DashboardSession) else None


def ask_no_more() -> None:
    """For the rest of this request it is nobody: whom the database does not tell, or may not."""
    g._login_user = AnonymousUserMixin()  # where Flask-Login looks


def over_portal_session() -> PortalSession | None:
    """The session of the cookie although it is over: it still knows the way back."""
    token = request.cookies.get(cookie_name(CUSTOMER_COOKIE, settings()))
    return PortalSession.find_any(token) if token else None


def name_actor() -> None:
    """Events of this request name the person who asks."""
    events.set_actor(events.SYSTEM)
    if session := portal_session():
        customer = session.customer
        events.set_actor(Actor(ActorKind.CUSTOMER, customer.id, customer.display_name))
        session.touch(at=now())
    elif member := dashboard_session():
        events.set_actor(member.user.actor)
        member.touch(at=now())


def cookie_name(name: str, settings: Settings) -> str:
    """With https the browser itself refuses the cookie from anywhere but this host."""
    return f"__Host-{name}" if settings.is_https else name


def set_cookie(
    response: Response, name: str, token: str, *, life: timedelta | None = None
) -> Response:
    """A cookie for the length of the browser's session, or for `life`."""
    response.set_cookie(
        cookie_name(name, settings()),
        token,
        max_age=life,
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def clear_cookie(response: Response, name: str) -> Response:
    response.delete_cookie(
        cookie_name(name, settings()),
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def read_cookie(name: str) -> str | None:
    return request.cookies.get(cookie_name(name, settings()))
