"""What the forms of sign-in, sign-up and passwords share."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, PasswordField
from wtforms.validators import InputRequired, ValidationError

from portal.accounts import passwords
from portal.billing.emails import EmailMalformed, normalize_email
from portal.billing.errors import BillingError
from portal.web.errors import refusal

PASSWORD = _l("Password")
PASSWORD_NEEDED = _l("Enter a password.")


def is_email(form: Any, field: Field) -> None:
    """The field holds the normal spelling afterwards."""
    try:
        field.data = normalize_email(field.data or "")
    except EmailMalformed:
        raise ValidationError(gettext("Enter an email address such as name@example.com.")) from None


def email_field() -> EmailField:
    return EmailField(
        _l("Email address"), validators=[InputRequired(_l("Enter your email address.")), is_email]
    )


def new_password_field(label: Any = PASSWORD) -> PasswordField:
    return PasswordField(label, validators=[InputRequired(PASSWORD_NEEDED)])


def accepts(field: Field, *context: str) -> bool:
    """Whether the password may be used; if not, the field says why."""
    try:
        passwords.check(field.data or "", *context)
    except BillingError as error:
        field.errors = [*field.errors, refusal(error)]
        return False
    return True
