"""The login page, and the way back to it when a session is over."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import EmailField
from wtforms.validators import InputRequired, ValidationError

from portal.billing.emails import MAX_LENGTH, EmailMalformed, normalize_email
from portal.delivery.jobs import enqueue
from portal.record import now
from portal.selfservice.login_links import LoginLink
from portal.selfservice.sign_in_codes import PURPOSE, SignInChallenge
from portal.selfservice.sign_in_refusals import CodesTooFrequent
from portal.web import locale
from portal.web.access import public
from portal.web.customer import entry
from portal.web.customer.entry import CHALLENGE_COOKIE, HOME, LINK_COOKIE, the_link
from portal.web.forms import Form, stripped
from portal.web.identity import portal_session, read_cookie, set_cookie
from portal.web.pages import render_page, see
from portal.web.settings import keyring

bp = Blueprint("sign_in", __name__)
MOST_SENDING_ATTEMPTS = 5
NOT_AN_ADDRESS = _l("Enter an email address such as name@example.com.")


class SignInForm(Form):
    email = EmailField(
        _l("Email address"),
        filters=[stripped],
        validators=[InputRequired(_l("Enter your email address."))],
    )

    def validate_email(self, field: EmailField) -> None:
        try:
            self.address = normalize_email(field.data)
        except EmailMalformed as malformed:
            raise ValidationError(str(NOT_AN_ADDRESS)) from malformed


@bp.get("/login/<token>")
@public
def new(token: str) -> Any:
    """Sends nothing and consumes nothing, whoever fetches it."""
    link = the_link(token)
    next_path = entry.wanted(request.args.get("next"))
    prefilled = _valid(request.args.get("prefilled_email", ""))
    session = portal_session()
    if session and session.merchant_id == link.merchant_id and prefilled in {"", session.email}:
        return redirect(next_path or HOME, code=303)
    form = SignInForm(formdata=None)
    former = entry.former_session() if next_path else None
    has_run_out = bool(former and former.merchant_id == link.merchant_id)
    form.email.data = prefilled or (former.email if former and has_run_out else "")
    return _page(link, form, next_path, has_run_out=has_run_out)


@bp.post("/login/<token>")
@public
def create(token: str) -> Any:
    """Have a code sent. The answer is the same for every address."""
    link = the_link(token)
    form = SignInForm()
    next_path = entry.wanted(request.form.get("next"))
    if not form.validate_on_submit():
        return _page(link, form, next_path, status=422)
    to_code = see(url_for("customer.codes.show", token=token))
    held = entry.my_challenge(link)
    if held and held.email == form.address and _was_just_sent(held):
        return to_code
    try:
        key = ask(link, form.address, next_path)
    except CodesTooFrequent as refusal:
        seconds = int(str(refusal.details["seconds"]))
        form.email.errors = [entry.too_often(seconds)]
        return entry.ask_to_wait(_page(link, form, next_path, status=429), seconds)
    return set_cookie(to_code, CHALLENGE_COOKIE, key)


@bp.get("/sign-in")
@public
def index() -> Any:
    """From any page of the portal to the login link that this browser knows."""
    next_path = entry.wanted(request.args.get("next"))
    if portal_session():
        return redirect(next_path or HOME, code=303)
    link = _known_link()
    if link is None:
        return render_page("customer/sign_in/index.html")
    return redirect(entry.login_path(link, next_path), code=303)


def ask(link: LoginLink, email: str, next_path: str) -> str:
    """A new code on its way, if anybody is to get it; answers the key for the cookie."""

    def send(challenge: SignInChallenge, code: str) -> None:
        enqueue(
            "send_sign_in_code",
            at=challenge.created_at,
            merchant=challenge.merchant_id,
            expires_at=challenge.expires_at,
            most_attempts=MOST_SENDING_ATTEMPTS,
            challenge_id=challenge.id,
            code=keyring().seal(PURPOSE, code),
        )

    _, key = SignInChallenge.ask(
        link,
        email,
        asker=entry.the_asker(link.merchant_id, email),
        send=send,
        at=now(),
        locale=locale.language(),
        has_chosen_locale=locale.chosen() is not None,
        next_path=next_path,
    )
    return key


def _page(link: LoginLink, form: SignInForm, next_path: str, status: int = 200, **more: Any) -> Any:
    return entry.link_page(
        link,
        "customer/sign_in/new.html",
        status=status,
        form=form,
        next_path=next_path,
        **{"has_run_out": False} | more,
    )


def _valid(email: str) -> str:
    """What may stand in the field; anything that is no address is as if it were not there."""
    email = email.strip()
    if len(email) > MAX_LENGTH:
        return ""
    try:
        normalize_email(email)
    except EmailMalformed:
        return ""
    return email


def _was_just_sent(held: SignInChallenge) -> bool:
    """Coming back to the first page at once is no wish for a second mail."""
    asker = entry.the_asker(held.merchant_id, held.email)
    return held.is_live(now()) and held.seconds_until_resend(asker, at=now()) > 0


def _known_link() -> LoginLink | None:
    former = entry.former_session()
    if former:
        return LoginLink.way_back(former.link_id, former.merchant_id)
    token = read_cookie(LINK_COOKIE)
    return LoginLink.find(token) if token else None
