"""The link in the mail after signing up: the address is confirmed, the merchant comes to be."""

from typing import Any

from flask import Blueprint, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField

from portal import throttle
from portal.accounts import passwords, sign_ups
from portal.accounts.account_tokens import TokenSpent
from portal.accounts.sign_ups import EmailTaken, Particulars
from portal.record import now
from portal.web.access import public
from portal.web.dashboard.entering import enter
from portal.web.dashboard.sign_ups import WAITING
from portal.web.forms import Form
from portal.web.pages import render_page, see
from portal.web.settings import settings

bp = Blueprint("confirmations", __name__, url_prefix="/sign-up/confirmation")
LIMIT = "10 per 5 minutes"


class ConfirmationForm(Form):
    token = HiddenField()
    password = PasswordField(_l("Password"))


@bp.get("")
@public
def new() -> Any:
    """Shows a button: programs that look through mails open links, but press nothing."""
    token = request.args.get("token", "")
    try:
        waiting = sign_ups.signed_up(token, at=now())
    except TokenSpent:
        return spent()
    return page(ConfirmationForm(data={"token": token}), waiting)


@bp.post("")
@public
def create() -> Any:
    form, at = ConfirmationForm(), now()
    token = form.token.data or ""
    try:
        waiting = sign_ups.signed_up(token, at=at)
        if not is_theirs(form, waiting):
            return page(form, waiting, 422)
        owner = sign_ups.confirm(token, at=at)
    except TokenSpent:
        return spent()
    except EmailTaken:
        return see(url_for("dashboard.sign_in.new"), _("You have an account already. Sign in."))
    return enter(owner, notice=_("Welcome! Your account is ready."))


def is_theirs(form: ConfirmationForm, waiting: Particulars) -> bool:
    """The one who reads the mail must be the one who chose the password.

    Otherwise somebody could sign up with another person's address, and would know the
    password of the account once that person confirms it.
    """
    if is_same_browser(waiting):
        return True
    limited = settings().rate_limits
    if not throttle.hit(LIMIT, "sign-up-password", waiting.email, limited=limited):
        form.password.errors = [_("Too many tries. Please wait a few minutes.")]
        return False
    if passwords.matches(waiting.password_hash, form.password.data or ""):
        return True
    form.password.errors = [_("This is not the password that you signed up with.")]
    return False


def is_same_browser(waiting: Particulars) -> bool:
    return bool(session.get(WAITING) == waiting.email)


def page(form: ConfirmationForm, waiting: Particulars, status: int = 200) -> Any:
    return render_page(
        "dashboard/sign_ups/confirm.html",
        status=status,
        form=form,
        waiting=waiting,
        asks_password=not is_same_browser(waiting),
    )


def spent() -> Any:
    return render_page("dashboard/sign_ups/spent.html", status=404)
