"""A forgotten password: asking for the mail, and choosing a new one."""

from typing import Any

from flask import Blueprint, abort, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal import throttle
from portal.accounts import password_resets, passwords
from portal.accounts.account_tokens import TokenSpent
from portal.accounts.users import User
from portal.database import write
from portal.record import now
from portal.web.access import public
from portal.web.dashboard import account_mails
from portal.web.dashboard.credentials import accepts, email_field, new_password_field
from portal.web.forms import Form
from portal.web.pages import render_page, see
from portal.web.security import client_ip
from portal.web.settings import settings

bp = Blueprint("password_resets", __name__, url_prefix="/password-reset")
LIMIT_BY_IP = "20 per hour"
ASKED = "reset_asked"


class AskForm(Form):
    email = email_field()


class NewPasswordForm(Form):
    token = HiddenField()
    password = new_password_field(_l("New password"))


@bp.get("")
@public
def new() -> Any:
    return render_page("dashboard/password_resets/new.html", form=AskForm())


@bp.post("")
@public
def create() -> Any:
    form, at = AskForm(), now()
    if not throttle.hit(LIMIT_BY_IP, "reset-ip", client_ip(), limited=settings().rate_limits):
        abort(429)
    if not form.validate():
        return render_page("dashboard/password_resets/new.html", status=422, form=form)
    user = User.with_email(form.email.data)
    with write():
        token = password_resets.ask(user, at=at)
        if user and token:
            account_mails.password_reset(user, token, at=at)
    session[ASKED] = form.email.data
    return see(url_for("dashboard.password_resets.show"))


@bp.get("/sent")
@public
def show() -> Any:
    """The same whether or not somebody has an account with that address."""
    return render_page("dashboard/password_resets/show.html", email=session.get(ASKED, ""))


@bp.get("/new-password")
@public
def edit() -> Any:
    token = request.args.get("token", "")
    try:
        user = password_resets.user_of(token, at=now())
    except TokenSpent:
        return spent()
    return page(NewPasswordForm(data={"token": token}), user)


@bp.post("/new-password")
@public
def update() -> Any:
    form, at = NewPasswordForm(), now()
    token = form.token.data or ""
    try:
        user = password_resets.user_of(token, at=at)
        if not form.validate() or not accepts(form.password, user.email, user.merchant.name):
            return page(form, user, 422)
        password_resets.reset(token, passwords.hashed(form.password.data), at=at)
    except TokenSpent:
        return spent()
    return see(
        url_for("dashboard.sign_in.new"),
        _("Your password was changed. Sign in with the new one."),
    )


def page(form: NewPasswordForm, user: User, status: int = 200) -> Any:
    return render_page(
        "dashboard/password_resets/edit.html", status=status, form=form, account=user
    )


def spent() -> Any:
    return render_page("dashboard/password_resets/spent.html", status=404)
