"""Who is billed, and where: what the merchant lets customers change of it."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from portal.addresses import address_lines
from portal.billing.addresses import Address
from portal.web.customer import drafts
from portal.web.customer.billing_information_form import (
    BillingInformationForm,
    form_for,
)
from portal.web.customer.scope import me, my_configuration
from portal.web.locale import language
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("billing_information", __name__, url_prefix="/billing-information")

TEMPLATE = "customer/billing_information/edit.html"


@bp.get("")
def edit() -> Any:
    form = form_for(me(), my_configuration())
    drafts.restore(form)
    return page(form)


@bp.post("")
def update() -> Any:
    customer = me()
    form = form_for(customer, my_configuration())
    if part := request.form.get("refresh"):
        return refreshed(form, part)
    if not form.validate_on_submit():
        return page(form, 422)
    customer.change(at=moment(), **form.values())
    return see(url_for("customer.home.show"), _("Your billing information is saved."))


def page(form: BillingInformationForm, status: int = 200) -> Any:
    return render_page(
        TEMPLATE,
        fragment="billing_information",
        status=status,
        form=form,
        options=my_configuration(),
    )


def refreshed(form: BillingInformationForm, part: str) -> Any:
    """The same form with the fields of the country that was chosen; nothing is saved."""
    fragment = "shipping_address" if part == "shipping_address" else "address"
    return render_page(TEMPLATE, fragment=fragment, form=form, options=my_configuration())


@bp.app_template_filter("address_lines")
def lines_of(address: Address) -> list[str]:
    """The lines of an address as its country's post wants them, the country last."""
    return address_lines(address, language()) if address else []
