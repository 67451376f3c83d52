"""Settings: what customers learn about the business."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field
from wtforms.validators import DataRequired, Length, Optional, Regexp, ValidationError

from portal.accounts.settings import change_merchant
from portal.billing.merchants import Merchant
from portal.web.address_fields import address_in, columns_of, complete, fields_for, rows_of
from portal.web.dashboard.credentials import is_email
from portal.web.dashboard.scope import the_merchant
from portal.web.forms import Form, NoCardNumber, TextLine
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("settings", __name__, url_prefix="/settings")
TEMPLATE = "dashboard/settings/business.html"
PHONE = r"^[+0-9 ()/.\-]{3,40}$"
LONGEST_URL = 500
COLUMNS = ("name", "support_email", "phone", "website", "terms_url", "privacy_url")


def is_web_address(form: Any, field: Field) -> None:
    """http or https to a host with a name. Without a scheme it gets https."""
    text = field.data if "://" in field.data else f"https://{field.data}"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        is_well = parts.scheme in {"http", "https"} and "@" not in parts.netloc and "." in host
    except ValueError:
        is_well = False
    if not is_well or " " in text or "\\" in text or not text.isprintable():
        raise ValidationError(_("Enter an address such as https://www.example.com."))
    if len(text) > LONGEST_URL:
        raise ValidationError(_("Use at most 500 characters."))
    field.data = text


def web_address(label: Any) -> TextLine:
    return TextLine(label, validators=[Optional(), is_web_address])


class BusinessForm(Form):
    """`form_for` adds the fields of an address in the country."""

    name = TextLine(
        _l("Name of your business"),
        validators=[
            DataRequired(_l("Enter the name of your business.")),
            Length(max=250, message=_l("Use at most 250 characters.")),
            NoCardNumber(),
        ],
    )
    support_email = EmailField(_l("Email address for customers"), validators=[Optional(), is_email])
    phone = TextLine(
        _l("Phone"),
        validators=[
            Optional(),
            Regexp(PHONE, message=_l("Please enter a phone number such as +49 30 1234567.")),
            NoCardNumber(),
        ],
    )
    website = web_address(_l("Website"))
    terms_url = web_address(_l("Terms of service"))
    privacy_url = web_address(_l("Privacy policy"))

    def validate(self, extra_validators: Any = None) -> bool:
        well = super().validate(extra_validators)
        return complete(self) and well

    def rows(self) -> list[list[Field]]:
        return rows_of(self)

    def values(self) -> dict[str, str]:
        """What is to be stored, by column."""
        return {name: self[name].data or "" for name in COLUMNS} | columns_of(address_in(self))


def form_for(merchant: Merchant) -> BusinessForm:
    """The form with the stored values, or with what was typed."""
    country = request.form.get("country", merchant.country)
    fields = fields_for(country, section="section-business", needs_country=True)
    made: BusinessForm = type("BusinessFormOfCountry", (BusinessForm,), fields)()
    stored = {name: getattr(merchant, name) for name in COLUMNS}
    made.fill(**stored, **columns_of(merchant.address))
    return made


@bp.get("")
def edit() -> Any:
    return page(form_for(the_merchant()))


@bp.post("")
def update() -> Any:
    merchant = the_merchant()
    form = form_for(merchant)
    if request.form.get("refresh"):
        # A country was chosen: its fields, and nothing is saved.
        return render_page(TEMPLATE, fragment="address", form=form)
    if not form.validate():
        return page(form, 422)
    change_merchant(merchant, at=moment(), **form.values())
    return see(url_for("dashboard.settings.edit"), _("Your settings are saved."))


def page(form: BusinessForm, status: int = 200) -> Any:
    return render_page(TEMPLATE, fragment="business", status=status, form=form)
