"""Signing up, where the installation is open to everybody."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, request, session, url_for
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField
from wtforms.validators import DataRequired, InputRequired, Length

from portal import throttle
from portal.accounts import passwords, sign_ups
from portal.accounts.countries import currency_of
from portal.accounts.sign_ups import LONGEST_NAME, Particulars
from portal.database import write
from portal.record import now
from portal.web import choices
from portal.web.access import public
from portal.web.dashboard import account_mails
from portal.web.dashboard.credentials import accepts, email_field, new_password_field
from portal.web.forms import Form, TextLine
from portal.web.locale import language
from portal.web.pages import render_page, see
from portal.web.security import client_ip
from portal.web.settings import settings

bp = Blueprint("sign_ups", __name__, url_prefix="/sign-up")
LIMIT_BY_IP = "20 per hour"
LIMIT_BY_EMAIL = "5 per day"
# Who signed up in this browser: only there the password need not be typed again.
WAITING = "signing_up"


class SignUpForm(Form):
    name = TextLine(
        _l("Name of your business"),
        validators=[
            DataRequired(_l("Enter the name of your business.")),
            Length(max=LONGEST_NAME, message=_l("Use at most 250 characters.")),
        ],
    )
    email = email_field()
    password = new_password_field()
    country = SelectField(
        _l("Country of your business"), validators=[InputRequired(_l("Choose a country."))]
    )
    currency = SelectField(_l("Currency"))

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.country.choices = [SelectChoice("", ""), *choices.countries()]
        own = SelectChoice("", _l("The currency of that country"))
        self.currency.choices = [own, *choices.currencies()]

    def particulars(self, at: datetime) -> Particulars | None:
        """What was typed, the password hashed; None where something is wrong with it."""
        if not self.validate():
            return None
        if not accepts(self.password, self.email.data, self.name.data):
            return None
        return Particulars(
            name=self.name.data,
            email=self.email.data,
            country=self.country.data,
            currency=self.currency.data or currency_of(self.country.data, at.date()),
            password_hash=passwords.hashed(self.password.data),
            locale=language(),
        )


@bp.before_request
def require_open() -> None:
    if settings().signup != "open":
        abort(404)


@bp.get("")
@public
def new() -> Any:
    return page(SignUpForm(data={"country": likely_country()}))


@bp.post("")
@public
def create() -> Any:
    form, at = SignUpForm(), now()
    if not throttle.hit(LIMIT_BY_IP, "sign-up-ip", client_ip(), limited=settings().rate_limits):
        abort(429)
    particulars = form.particulars(at)
    if particulars is None:
        return page(form, 422)

    email = particulars.email
    if throttle.hit(LIMIT_BY_EMAIL, "sign-up-email", email, limited=settings().rate_limits):
        keep(particulars, at)
    session[WAITING] = email
    return see(url_for("dashboard.sign_ups.show"))


@bp.get("/sent")
@public
def show() -> Any:
    """The same whether or not somebody has an account with that address."""
    return render_page("dashboard/sign_ups/show.html", email=session.get(WAITING, ""))


def keep(particulars: Particulars, at: datetime) -> None:
    email, locale = particulars.email, particulars.locale
    with write():
        if token := sign_ups.sign_up(particulars, at=at):
            account_mails.confirmation(email, token, locale, at=at)
        else:
            account_mails.account_exists(email, locale, at=at)


def page(form: SignUpForm, status: int = 200) -> Any:
    return render_page("dashboard/sign_ups/new.html", status=status, form=form)


def likely_country() -> str:
    """The country that the browser's language names, or that most of its readers live in."""
    for tag, _quality in request.accept_languages:
        _, _, region = tag.replace("_", "-").partition("-")
        if len(region) == 2 and region.isalpha():
            return region.upper()
    return {"de": "DE", "fr": "FR"}.get(language(), "")
