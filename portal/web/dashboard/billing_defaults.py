"""Settings: how invoices are numbered, and what new things begin with."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.accounts.settings import InvoicePrefixMalformed, change_merchant
from portal.billing.merchants import NUMBER_DIGITS
from portal.billing.statement_descriptors import StatementDescriptorMalformed
from portal.web import choices
from portal.web.dashboard.scope import the_merchant
from portal.web.errors import refusal
from portal.web.forms import Choice, Form, NoCardNumber, TextLine
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("billing_defaults", __name__, url_prefix="/settings/billing")
TEMPLATE = "dashboard/settings/billing.html"
COLUMNS = ("currency", "time_zone", "locale", "invoice_prefix", "statement_descriptor")


class CapitalLetters(TextLine):
    """A line that is stored in capitals, however it is typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value.upper() for value in valuelist])


class BillingDefaultsForm(Form):
    currency = Choice(_l("Default currency"))
    time_zone = Choice(_l("Time zone"))
    locale = Choice(_l("Language of your customers"))
    invoice_prefix = CapitalLetters(_l("Invoice prefix"))
    statement_descriptor = TextLine(_l("Text on bank statements"), validators=[NoCardNumber()])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.currency.choices = choices.currencies()
        self.time_zone.choices = choices.zones()
        self.locale.choices = choices.languages()


@bp.get("")
def edit() -> Any:
    merchant = the_merchant()
    form = BillingDefaultsForm()
    form.fill(**{name: getattr(merchant, name) for name in COLUMNS})
    return page(form)


@bp.post("")
def update() -> Any:
    form = BillingDefaultsForm()
    if not form.validate():
        return page(form, 422)
    try:
        change_merchant(the_merchant(), at=moment(), **{name: form[name].data for name in COLUMNS})
    except InvoicePrefixMalformed as error:
        form.invoice_prefix.errors = [refusal(error)]
    except StatementDescriptorMalformed as error:
        form.statement_descriptor.errors = [refusal(error)]
    else:
        return see(url_for("dashboard.billing_defaults.edit"), _("Your settings are saved."))
    return page(form, 422)


def page(form: BillingDefaultsForm, status: int = 200) -> Any:
    number = the_merchant().next_invoice_number
    return render_page(
        TEMPLATE,
        fragment="billing",
        status=status,
        form=form,
        next_number=f"{form.invoice_prefix.data or ''}-{number:0{NUMBER_DIGITS}d}",
    )
