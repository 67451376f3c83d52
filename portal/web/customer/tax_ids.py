"""The customer's tax ids: looked at, added, removed."""

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
from portal.billing.tax_ids import MAX_LENGTH, TAX_ID_TYPES, TaxIdMalformed, types_for
from portal.web.customer import drafts
from portal.web.customer.once import once
from portal.web.customer.scope import me, my_configuration
from portal.web.errors import refusal
from portal.web.forms import Choice, Form, TextLine
from portal.web.pages import render_page, see
from portal.web.tax_id_words import tax_id_kind, verification_words
from portal.web.zone import moment

bp = Blueprint("tax_ids", __name__, url_prefix="/tax-ids")


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
def index() -> Any:
    my_configuration().require("updates_tax_ids")
    form = form_for_me()
    drafts.restore(form)
    return page(form)


@bp.post("")
def create() -> Any:
    my_configuration().require("updates_tax_ids")
    form = form_for_me()
    if not form.validate_on_submit():
        return page(form, 422)
    try:
        once(lambda: add_tax_id(me(), form.type.data, form.value.data, at=moment()))
    except TaxIdMalformed:
        example = TAX_ID_TYPES[form.type.data].example
        wrong = _("This number is not valid. An example: %(example)s", example=example)
        form.value.errors = [wrong]
        return page(form, 422)
    except (TaxIdTaken, TooManyTaxIds) as refused:
        form.value.errors = [refusal(refused)]
        return page(form, 422)
    return see(url_for(".index"), _("The tax ID is added. It is printed on your next invoice."))


@bp.post("/<tax_id>/deletion")
def destroy(tax_id: str) -> Any:
    my_configuration().require("updates_tax_ids")
    found = TaxId.get_or_none((TaxId.id == tax_id) & (TaxId.customer == me())) or abort(404)
    remove_tax_id(found, at=moment())
    return see(url_for(".index"), _("The tax ID is removed. Invoices issued with it keep it."))


bp.add_app_template_filter(verification_words, "verification_words")


@bp.app_template_filter("tax_id_kind")
def kind_of(code: str) -> Any:
    return tax_id_kind(code)


def form_for_me() -> TaxIdForm:
    """The kinds of the customer's own country come first."""
    form = TaxIdForm()
    form.type.choices = [
        SelectChoice(kind.type, tax_id_kind(kind.type)) for kind in types_for(me().country)
    ]
    return form


def page(form: TaxIdForm, status: int = 200) -> Any:
    return render_page(
        "customer/tax_ids/index.html",
        fragment="tax_ids",
        status=status,
        form=form,
        tax_ids=tax_ids_of(me()),
    )
