"""Signing somebody in to the dashboard: a new session, a new cookie, nothing kept from before."""

from typing import Any

from flask import request, session, url_for

from portal.accounts.users import DashboardSession, User
from portal.record import now
from portal.web import identity, locale
from portal.web.identity import MEMBER_COOKIE
from portal.web.pages import see
from portal.web.public import is_local
from portal.web.security import client_ip

LONGEST_USER_AGENT = 300


def enter(user: User, target: str = "", notice: str | None = None) -> Any:
    """Open a session of `user` and go to `target`, a path of the dashboard, or the overview."""
    at = now()
    before = identity.read_cookie(MEMBER_COOKIE) or ""
    former = DashboardSession.find_over(before)
    draft = former.draft if former and former.user_id == user.id else ""
    end_session(before)
    session_, token = DashboardSession.sign_in(
        user,
        at=at,
        ip=client_ip(),
        user_agent=request.user_agent.string[:LONGEST_USER_AGENT],
    )
    forget_visitor()
    if draft:
        session_.keep_draft(draft)
        target = url_for("dashboard.drafts.show")
    response = see(way(target), notice)
    return identity.set_cookie(response, MEMBER_COOKIE, token)


def end_session(token: str) -> None:
    if found := DashboardSession.find_over(token):
        found.end(at=now())


def forget_visitor() -> None:
    """Of what was known before signing in, only the language stays."""
    language = session.get(locale.PARAMETER)
    session.clear()
    if language:
        session[locale.PARAMETER] = language


def way(target: str) -> str:
    """Where to go: a page of the dashboard, nothing else that a link may name."""
    home = url_for("dashboard.overview.show")
    path = target.partition("?")[0]
    is_ours = path == home or path.startswith(f"{home}/")
    return target if is_ours and is_local(target) and "/." not in path else home
