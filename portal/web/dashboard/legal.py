"""Settings: what the law wants to know about the business, and how it is taxed."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField, SelectChoice, TextAreaField
from wtforms.validators import Length, ValidationError

from portal.accounts.legal_settings import change_legal
from portal.accounts.settings import checked_vat_id
from portal.billing.merchants import Merchant, TaxScheme
from portal.billing.tax_ids import TaxIdMalformed
from portal.web.dashboard.scope import the_merchant
from portal.web.forms import Form, NoCardNumber
from portal.web.legal_fields import TOO_LONG, NumberOf, number_field
from portal.web.legal_words import lacking_words, small_business_words
from portal.web.pages import render_page, see
from portal.web.tax_id_words import own_verification_words
from portal.web.zone import moment

bp = Blueprint("legal", __name__, url_prefix="/settings/legal")
TEMPLATE = "dashboard/settings/legal.html"
COLUMNS = ("tax_scheme", "vat_id", "tax_number", "registration_number", "legal_note")


class LegalForm(Form):
    """`form_for` leaves out what the merchant's country does not know."""

    tax_scheme = RadioField(
        _l("How is your business taxed?"),
        choices=[
            SelectChoice(TaxScheme.STANDARD, _l("VAT is charged")),
            SelectChoice(TaxScheme.SMALL_BUSINESS, _l("Small business without VAT")),
        ],
    )
    vat_id = number_field(_l("VAT ID"), 40)
    tax_number = number_field(_l("Tax number"), 40)
    registration_number = number_field(_l("Registration number"), 100)
    legal_note = TextAreaField(
        _l("Further details for invoices"),
        validators=[Length(max=500, message=TOO_LONG), NoCardNumber()],
    )
    vat_on_debits = BooleanField(_l("I opted for paying VAT on debits"))

    def __init__(self, merchant: Merchant, **given: Any) -> None:
        super().__init__(**given)
        self.country = merchant.country

    def validate_vat_id(self, field: Field) -> None:
        try:
            field.data = checked_vat_id(field.data, self.country)
        except TaxIdMalformed as error:
            example = error.details.get("example", "")
            raise ValidationError(
                _("This is not a VAT ID there. One looks like this: %(example)s", example=example)
            ) from error

    def validate_tax_number(self, field: Field) -> None:
        (NumberOf("german_tax_number") if self.country == "DE" else NoCardNumber())(self, field)

    def validate_registration_number(self, field: Field) -> None:
        (NumberOf("siren") if self.country == "FR" else NoCardNumber())(self, field)

    def values(self) -> dict[str, Any]:
        """What is to be stored, by column."""
        given = {name: (self[name].data or "").strip() for name in COLUMNS}
        return given | {"vat_on_debits": "vat_on_debits" in self and self.vat_on_debits.data}


def form_for(merchant: Merchant) -> LegalForm:
    form = LegalForm(merchant)
    if merchant.country != "FR":
        del form.vat_on_debits
    stored = {name: getattr(merchant, name) for name in (*COLUMNS, "vat_on_debits")}
    form.fill(**stored)
    return form


@bp.get("")
def edit() -> Any:
    return page(form_for(the_merchant()))


@bp.post("")
def update() -> Any:
    merchant = the_merchant()
    form = form_for(merchant)
    if not form.validate():
        return page(form, 422)
    change_legal(merchant, at=moment(), **form.values())
    return see(url_for("dashboard.legal.edit"), _("Your settings are saved."))


def page(form: LegalForm, status: int = 200) -> Any:
    merchant = the_merchant()
    return render_page(
        TEMPLATE,
        fragment="legal",
        status=status,
        form=form,
        country=merchant.country,
        lacking=lacking_words(merchant),
        small_business=small_business_words(merchant.country),
        verification=own_verification_words(merchant) if merchant.vat_id else "",
    )
