"""Settings: the member's own name, language, password and sessions."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import Length

from portal.accounts.users import DashboardSession
from portal.record import now
from portal.web import choices, locale
from portal.web.browsers import browser_name
from portal.web.dashboard.password_changes import PasswordForm
from portal.web.dashboard.scope import the_session, the_user
from portal.web.forms import Choice, Form, NoCardNumber, TextLine
from portal.web.pages import render_page, see

bp = Blueprint("profile", __name__, url_prefix="/settings/profile")


class ProfileForm(Form):
    name = TextLine(
        _l("Your name"),
        validators=[Length(max=250, message=_l("Use at most 250 characters.")), NoCardNumber()],
    )
    locale = Choice(_l("Language of the dashboard"))

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.locale.choices = choices.languages()


@bp.get("")
def edit() -> Any:
    user = the_user()
    form = ProfileForm()
    form.fill(name=user.name, locale=user.locale)
    return page(form)


@bp.post("")
def update() -> Any:
    form = ProfileForm()
    if not form.validate():
        return page(form, 422)
    the_user().change(at=now(), name=form.name.data, locale=form.locale.data)
    with force_locale(form.locale.data):
        answer = see(url_for("dashboard.profile.edit"), _("Your profile is saved."))
    return locale.choose(answer, form.locale.data)


def page(form: ProfileForm, status: int = 200) -> Any:
    here = the_session()
    running = DashboardSession.running(the_user(), at=now())
    return render_page(
        "dashboard/profile/edit.html",
        status=status,
        form=form,
        password_form=PasswordForm(formdata=None),
        sessions=[(one, browser_name(one.user_agent), one.id == here.id) for one in running],
    )
