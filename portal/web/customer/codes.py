"""The page that takes the code, and sends another one."""

from typing import Any

from flask import Blueprint, redirect, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import StringField
from wtforms.validators import InputRequired

from portal.record import now
from portal.selfservice.login_links import LoginLink
from portal.selfservice.portal_sessions import PortalSession
from portal.selfservice.sign_in_codes import SignInChallenge
from portal.selfservice.sign_in_refusals import (
    CodeMalformed,
    CodesTooFrequent,
    CodeWrong,
    SignInRefused,
    TriesTooFrequent,
)
from portal.selfservice.sign_ins import sign_in
from portal.web import known_browsers, locale
from portal.web.access import public
from portal.web.customer import drafts, entry
from portal.web.customer.entry import CHALLENGE_COOKIE, HOME, LINK_COOKIE, the_link
from portal.web.customer.sign_in import ask
from portal.web.forms import Form
from portal.web.identity import CUSTOMER_COOKIE, clear_cookie, set_cookie
from portal.web.known_browsers import LIFE
from portal.web.pages import see
from portal.web.refusals import REFUSALS

PAUSE_BETWEEN_CODES = 30  # seconds

bp = Blueprint("codes", __name__, url_prefix="/login/<token>")


class CodeForm(Form):
    code = StringField(_l("One-time code"), validators=[InputRequired(_l("Enter the code."))])


@bp.get("/code")
@public
def show(token: str) -> Any:
    link = the_link(token)
    challenge = entry.my_challenge(link)
    if challenge is None:
        return redirect(entry.login_path(link), code=303)
    return _page(link, challenge, CodeForm(formdata=None))


@bp.post("/code")
@public
def update(token: str) -> Any:
    """Try the code."""
    link = the_link(token)
    challenge = entry.my_challenge(link)
    if challenge is None:
        return redirect(entry.login_path(link), code=303)
    form = CodeForm()
    if not form.validate_on_submit():
        return _page(link, challenge, form, status=422)
    former = entry.former_session()
    try:
        opened, cookie = sign_in(
            challenge,
            form.code.data,
            asker=entry.the_asker(challenge.merchant_id, challenge.email),
            at=now(),
            previous=former,
        )
    except SignInRefused as refusal:
        return _refused(link, challenge, form, refusal)
    return _welcome(link, challenge, opened, cookie, former)


@bp.post("/codes")
@public
def create(token: str) -> Any:
    """Have another code sent, to the address that this browser gave before."""
    link = the_link(token)
    challenge = entry.my_challenge(link)
    if challenge is None:
        return redirect(entry.login_path(link), code=303)
    try:
        key = ask(link, challenge.email, challenge.next_path)
    except CodesTooFrequent as refusal:
        seconds = int(str(refusal.details["seconds"]))
        page = _page(
            link, challenge, CodeForm(formdata=None), status=429, warning=_too_early(seconds)
        )
        return entry.ask_to_wait(page, seconds)
    response = see(
        url_for("customer.codes.show", token=token),
        _("A new code is on its way. Codes sent before do not work any more."),
    )
    return set_cookie(response, CHALLENGE_COOKIE, key)


def _page(
    link: LoginLink,
    challenge: SignInChallenge,
    form: CodeForm,
    status: int = 200,
    warning: str = "",
    over: SignInRefused | None = None,
) -> Any:
    asker = entry.the_asker(challenge.merchant_id, challenge.email)
    wait = challenge.seconds_until_resend(asker, at=now())
    why_over = REFUSALS[over.code] if over else None
    if not why_over and not challenge.is_live(now()):
        why_over = REFUSALS[
            "sign_in_code_exhausted" if _is_spent(challenge) else "sign_in_code_over"
        ]
    return entry.link_page(
        link,
        "customer/codes/show.html",
        status=status,
        form=form,
        challenge=challenge,
        warning=warning,
        wait=entry.wait_in_words(wait) if wait else "",
        why_over=why_over,
    )


def _too_early(seconds: int) -> str:
    if seconds > PAUSE_BETWEEN_CODES:
        return entry.too_often(seconds)
    return _(
        "A code was sent a moment ago. You can ask for another one in %(wait)s.",
        wait=entry.wait_in_words(seconds),
    )


def _is_spent(challenge: SignInChallenge) -> bool:
    return challenge.used_at is None and not challenge.attempts_left


def _refused(
    link: LoginLink, challenge: SignInChallenge, form: CodeForm, refusal: SignInRefused
) -> Any:
    """The refusal in words: at the field where typing again helps, else above a new start."""
    if isinstance(refusal, CodeMalformed):
        form.code.errors = [_("The code has %(digits)s digits.", digits=challenge.digits)]
        return _page(link, challenge, form, status=422)
    form.code.data = ""
    if isinstance(refusal, CodeWrong):
        left = int(str(refusal.details["attempts_left"]))
        form.code.errors = [
            ngettext(
                "That is not the code. One attempt is left.",
                "That is not the code. %(num)s attempts are left.",
                left,
            )
        ]
        return _page(link, challenge, form, status=422)
    if isinstance(refusal, TriesTooFrequent):
        seconds = int(str(refusal.details["seconds"]))
        page = _page(link, challenge, form, status=429, warning=entry.too_often(seconds))
        return entry.ask_to_wait(page, seconds)
    return _page(link, challenge, form, status=409, over=refusal)


def _welcome(
    link: LoginLink,
    challenge: SignInChallenge,
    opened: PortalSession,
    cookie: str,
    former: PortalSession | None,
) -> Any:
    """Signed in. Of what was before, only the language and the page wanted survive."""
    language = session.get(locale.PARAMETER)
    session.clear()
    if language:
        session[locale.PARAMETER] = language
    has_draft = drafts.carry(former, opened)
    response = see(
        entry.wanted(challenge.next_path) or HOME,
        _("You are signed in again. What you had typed is back in the form.")
        if has_draft
        else None,
    )
    set_cookie(response, CUSTOMER_COOKIE, cookie)
    set_cookie(response, LINK_COOKIE, link.token, life=LIFE)
    clear_cookie(response, CHALLENGE_COOKIE)
    return known_browsers.remember(response, challenge.merchant_id, challenge.email)
