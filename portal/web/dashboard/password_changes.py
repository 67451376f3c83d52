"""Changing the own password, which ends the other sessions."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import InputRequired

from portal import throttle
from portal.accounts import passwords
from portal.record import now
from portal.web.dashboard.credentials import PASSWORD_NEEDED, accepts, new_password_field
from portal.web.dashboard.scope import the_session, the_user
from portal.web.forms import Form
from portal.web.pages import render_page, see
from portal.web.settings import settings

bp = Blueprint("password_changes", __name__, url_prefix="/settings/profile/password")
LIMIT = "10 per 5 minutes"


class PasswordForm(Form):
    current = PasswordField(_l("Current password"), validators=[InputRequired(PASSWORD_NEEDED)])
    password = new_password_field(_l("New password"))


@bp.get("")
def new() -> Any:
    return page(PasswordForm())


@bp.post("")
def create() -> Any:
    form, user = PasswordForm(), the_user()
    if not form.validate() or not knows_current(form):
        return page(form, 422)
    if not accepts(form.password, user.email, user.merchant.name, user.name):
        return page(form, 422)
    user.take_password(passwords.hashed(form.password.data), at=now(), keep=the_session())
    return see(
        url_for("dashboard.profile.edit"),
        _("Your password is changed. Other browsers are signed out."),
    )


def knows_current(form: PasswordForm) -> bool:
    user = the_user()
    limited = settings().rate_limits
    if not throttle.hit(LIMIT, "password-change", user.id, limited=limited):
        form.current.errors = [_("Too many tries. Please wait a few minutes.")]
        return False
    if passwords.matches(user.password_hash, form.current.data):
        return True
    form.current.errors = [_("This is not your current password.")]
    return False


def page(form: PasswordForm, status: int = 200) -> Any:
    return render_page("dashboard/profile/password.html", status=status, form=form)
