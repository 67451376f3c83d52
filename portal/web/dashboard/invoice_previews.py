"""A single invoice, checked and shown with its sums before it is issued."""

from typing import Any

from flask import Blueprint, request, url_for

from portal.billing.errors import BillingError
from portal.billing.invoicing import DEFAULT_DAYS_UNTIL_DUE
from portal.web.dashboard import manual_invoices
from portal.web.dashboard.billing_fields import refuse
from portal.web.dashboard.invoice_form import InvoiceForm
from portal.web.dashboard.invoices import form_page
from portal.web.dashboard.scope import the_customer
from portal.web.errors import refusal
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint("invoice_previews", __name__, url_prefix="/invoices/previews")


@bp.get("")
def new() -> Any:
    """Where signing in again leads back to: what was typed there is gone."""
    return see(url_for("dashboard.invoices.new"))


@bp.post("")
def create() -> Any:
    """The preview; or the form once more, with a line more or less."""
    customer = the_customer(request.form.get("customer_id", ""))
    form = InvoiceForm().offer(customer)
    if "add_line" in request.form:
        form.add_line()
        return form_page(customer, form)
    if "remove_line" in request.form:
        form.remove_line(request.form["remove_line"])
        return form_page(customer, form)
    if "edit" in request.form or not form.validate():
        return form_page(customer, form, status=200 if "edit" in request.form else 422)
    days = form.days_until_due.data
    try:
        return manual_invoices.preview(
            customer,
            form.items(),
            currency=form.currency,
            days_until_due=DEFAULT_DAYS_UNTIL_DUE if days is None else days,
            note=(form.note.data or "").strip(),
            at=moment(),
        )
    except BillingError as error:
        refuse(form.note, refusal(error))
        return form_page(customer, form, status=409)
