"""Asking for the password again: for what a stolen session must not give away."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import InputRequired

from portal import throttle
from portal.accounts import passwords
from portal.web.dashboard.scope import the_user
from portal.web.forms import Form
from portal.web.settings import settings

LIMIT = "10 per 5 minutes"


class StepUpForm(Form):
    """`validate` says whether it is still the person who signed in."""

    password = PasswordField(
        _l("Your password"), validators=[InputRequired(_l("Enter your password."))]
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Asked for last on every page, so its error is named last, too.
        self._fields["password"] = self._fields.pop("password")

    def validate(self, extra_validators: object = None) -> bool:
        return bool(super().validate(extra_validators)) and self._knows_password()

    def _knows_password(self) -> bool:
        user = the_user()
        if not throttle.hit(LIMIT, "step-up", user.id, limited=settings().rate_limits):
            self.password.errors = [_("Too many tries. Please wait a few minutes.")]
            return False
        if passwords.matches(user.password_hash, self.password.data):
            return True
        self.password.errors = [_("This is not your password.")]
        return False
