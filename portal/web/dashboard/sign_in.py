"""Signing in to the dashboard with address and password."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired

from portal import throttle
from portal.accounts import passwords
from portal.accounts.users import User
from portal.web.access import public
from portal.web.dashboard.credentials import PASSWORD_NEEDED, email_field
from portal.web.dashboard.entering import enter, way
from portal.web.forms import Form
from portal.web.identity import dashboard_session
from portal.web.pages import render_page
from portal.web.security import client_ip
from portal.web.settings import settings

bp = Blueprint("sign_in", __name__, url_prefix="/sign-in")
LIMIT = "10 per 5 minutes"
BY_USER, BY_IP = "sign-in-user", "sign-in-ip"


@bp.record
def choose_parameters(state: BlueprintSetupState) -> None:
    if state.app.extensions["settings"].is_testing:
        passwords.use_cheap_parameters()


class SignInForm(Form):
    email = email_field()
    password = PasswordField(_l("Password"), validators=[InputRequired(PASSWORD_NEEDED)])
    next = HiddenField()


@bp.get("")
@public
def new() -> Any:
    if dashboard_session():
        return redirect(way(request.args.get("next", "")), code=303)
    return page(SignInForm(data={"next": request.args.get("next", "")}))


@bp.post("")
@public
def create() -> Any:
    form = SignInForm()
    if not form.validate():
        return page(form, 422)
    if wait := seconds_to_wait(form.email.data):
        return too_often(form, wait)

    user = User.with_email(form.email.data)
    if not passwords.matches(user.password_hash if user else "", form.password.data) or not user:
        form.form_errors.append(_("Email address and password do not belong together."))
        return page(form, 422)

    throttle.clear(BY_USER, user.email)
    throttle.give_back(BY_IP, client_ip())
    if passwords.is_outdated(user.password_hash):
        user.rehash(passwords.hashed(form.password.data))
    return enter(user, form.next.data or "")


def page(form: SignInForm, status: int = 200) -> Any:
    is_open = settings().signup == "open"
    return render_page(
        "dashboard/sign_in/new.html",
        status=status,
        form=form,
        sign_up_url=url_for("dashboard.sign_ups.new") if is_open else None,
    )


def seconds_to_wait(email: str) -> int:
    """Count this try; how long to wait where there were too many."""
    for bucket in ((BY_USER, email), (BY_IP, client_ip())):
        if not throttle.hit(LIMIT, *bucket, limited=settings().rate_limits):
            return throttle.seconds_left(LIMIT, *bucket) or 1
    return 0


def too_often(form: SignInForm, wait: int) -> Any:
    minutes = -(-wait // 60)
    form.form_errors.append(
        ngettext(
            "Too many tries. Please wait %(num)s minute.",
            "Too many tries. Please wait %(num)s minutes.",
            minutes,
        )
    )
    response = page(form, 429)
    response.headers["Retry-After"] = str(wait)
    return response
