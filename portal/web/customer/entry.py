"""What the pages before sign-in share: the link, who asks, and the way back."""

from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound

from portal.selfservice.login_links import LoginLink
from portal.selfservice.portal_sessions import PortalSession
from portal.selfservice.sign_in_codes import SignInChallenge
from portal.selfservice.sign_in_limits import Asker
from portal.web import known_browsers
from portal.web.customer import brand
from portal.web.identity import CUSTOMER_COOKIE, over_portal_session, portal_session, read_cookie
from portal.web.pages import render_page
from portal.web.public import is_local
from portal.web.security import client_ip
from portal.web.settings import keyring, settings
from portal.web.zone import use_zone

HOME = "/p/"
CHALLENGE_COOKIE = "portal_challenge"
LINK_COOKIE = "portal_link"
MINUTE, HOUR = 60, 3600


class LinkInactive(NotFound):
    """No login link has this token, or it was deactivated."""


def inactive(_error: LinkInactive) -> Any:
    return render_page("customer/sign_in/inactive.html", status=404)


def the_link(token: str) -> LoginLink:
    """The active link; the page that follows speaks its merchant's language and time."""
    link = LoginLink.find(token)
    if link is None:
        raise LinkInactive
    g.locale_of_merchant = link.merchant.locale
    use_zone(link.merchant)
    return link


def link_page(link: LoginLink, template: str, status: int = 200, **context: Any) -> Any:
    return render_page(
        template,
        status=status,
        link=link,
        **brand.context(link.merchant, link.configuration),
        **context,
    )


def the_asker(merchant_id: str, email: str) -> Asker:
    return Asker(
        keyring=keyring(),
        ip=client_ip(),
        user_agent=request.user_agent.string,
        browser=known_browsers.name_for(merchant_id, email),
        limited=settings().rate_limits,
    )


def my_challenge(link: LoginLink) -> SignInChallenge | None:
    """What this browser asked for at this link."""
    key = read_cookie(CHALLENGE_COOKIE)
    return SignInChallenge.held_by(key, link) if key else None


def former_session() -> PortalSession | None:
    """The session of this browser, running or over."""
    if not read_cookie(CUSTOMER_COOKIE):
        return None
    return portal_session() or over_portal_session()


def wanted(path: str | None) -> str:
    """A page of the portal to go to after sign-in; empty for anything else."""
    path = path or ""
    ours = path.startswith(HOME) and is_local(path) and ".." not in path
    leads_away = path.startswith(("/p/login/", "/p/sign-"))
    return path if ours and not leads_away else ""


def login_path(link: LoginLink, next_path: str = "") -> str:
    return url_for("customer.sign_in.new", token=link.token, next=next_path or None)


def wait_in_words(seconds: int) -> str:
    """How long to wait, rounded up: "27 seconds", "4 minutes", "2 hours"."""
    if seconds < 2 * MINUTE:
        return ngettext("one second", "%(num)s seconds", max(1, seconds))
    if seconds < 2 * HOUR:
        return ngettext("one minute", "%(num)s minutes", -(-seconds // MINUTE))
    return ngettext("one hour", "%(num)s hours", -(-seconds // HOUR))


def too_often(seconds: int) -> str:
    return _("That was too often. Please try again in %(wait)s.", wait=wait_in_words(seconds))


def ask_to_wait(response: Any, seconds: int) -> Any:
    response.headers["Retry-After"] = str(seconds)
    return response
