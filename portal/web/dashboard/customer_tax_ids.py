"""The tax ids of a customer, kept by the merchant."""

from typing import Any

from flask import Blueprint, abort, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.billing.customer_tax_ids import (
    TaxId,
    TaxIdTaken,
    TooManyTaxIds,
    add_tax_id,
    remove_tax_id,
    tax_ids_of,
)
from portal.billing.customers import Customer
from portal.billing.tax_ids import MAX_LENGTH, TAX_ID_TYPES, TaxIdMalformed, types_for
from portal.web.dashboard.scope import the_customer
from portal.web.errors import refusal
from portal.web.forms import Choice, Form, TextLine
from portal.web.pages import render_page, see
from portal.web.tax_id_words import tax_id_kind
from portal.web.zone import moment

bp = Blueprint("customer_tax_ids", __name__, url_prefix="/customers/<customer_id>/tax-ids")


class TaxIdForm(Form):
    type = Choice(_l("Kind"))
    value = TextLine(
        _l("Number"),
        validators=[
            InputRequired(_l("Enter the number.")),
            Length(max=MAX_LENGTH, message=_l("This is too long.")),
        ],
    )


@bp.get("")
def index(customer_id: str) -> Any:
    customer = the_customer(customer_id)
    return page(customer, form_for(customer))


@bp.post("")
def create(customer_id: str) -> Any:
    customer = the_customer(customer_id)
    form = form_for(customer)
    if not form.validate():
        return page(customer, form, 422)
    try:
        add_tax_id(customer, form.type.data, form.value.data, at=moment())
    except TaxIdMalformed:
        example = TAX_ID_TYPES[form.type.data].example
        wrong = _("This number is not valid. An example: %(example)s", example=example)
        form.value.errors = [wrong]
        return page(customer, form, 422)
    except (TaxIdTaken, TooManyTaxIds) as refused:
        form.value.errors = [refusal(refused)]
        return page(customer, form, 422)
    url = url_for(".index", customer_id=customer.id)
    return see(url, _("The tax ID is added. It is printed on the next invoice."))


@bp.post("/<tax_id>/deletion")
def destroy(customer_id: str, tax_id: str) -> Any:
    customer = the_customer(customer_id)
    mine = (TaxId.id == tax_id) & (TaxId.customer == customer)
    found = TaxId.get_or_none(mine) or abort(404)
    remove_tax_id(found, at=moment())
    url = url_for(".index", customer_id=customer.id)
    return see(url, _("The tax ID is removed. Invoices issued with it keep it."))


def form_for(customer: Customer) -> TaxIdForm:
    """The kinds of the customer's own country come first."""
    form = TaxIdForm()
    form.type.choices = [
        SelectChoice(kind.type, tax_id_kind(kind.type)) for kind in types_for(customer.country)
    ]
    return form


def page(customer: Customer, form: TaxIdForm, status: int = 200) -> Any:
    return render_page(
        "dashboard/customers/tax_ids.html",
        status=status,
        customer=customer,
        form=form,
        tax_ids=tax_ids_of(customer),
    )
