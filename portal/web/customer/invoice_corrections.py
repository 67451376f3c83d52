"""The customer asks for an invoice once more, with the billing details as they are now."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.billing import corrections
from portal.billing.customer_tax_ids import tax_ids_of
from portal.billing.errors import BillingError, InvoiceAlreadyCorrected
from portal.billing.invoices import Invoice
from portal.web.customer.once import once
from portal.web.customer.scope import me, my_configuration, my_invoice
from portal.web.errors import refusal
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("invoice_corrections", __name__, url_prefix="/invoices/<invoice_id>/correction")


@bp.get("/new")
def new(invoice_id: str) -> Any:
    invoice = _mine(invoice_id)
    if corrected := corrections.correction_of(invoice):
        return see(url_for("customer.invoices.show", invoice_id=corrected.id))
    try:
        corrections.check(invoice)
    except BillingError as error:
        page = url_for("customer.invoices.show", invoice_id=invoice.id)
        return see(page, refusal(error), "warning")
    return render_page(
        "customer/invoice_corrections/new.html",
        invoice=invoice,
        said=invoice.document["buyer"],
        tax_ids=tax_ids_of(me()),
    )


@bp.post("")
def create(invoice_id: str) -> Any:
    """Whoever asks twice is led to the same corrected invoice."""
    invoice = _mine(invoice_id)
    with suppress(InvoiceAlreadyCorrected):
        once(lambda: corrections.correct(invoice, at=moment()))
    corrected = corrections.correction_of(invoice)
    if corrected is None:  # this very form was sent before, and led to nothing
        return see(url_for("customer.invoices.show", invoice_id=invoice.id))
    words = _("Here is your corrected invoice %(number)s.", number=corrected.number)
    return see(url_for("customer.invoices.show", invoice_id=corrected.id), words)


def _mine(invoice_id: str) -> Invoice:
    my_configuration().require("allows_invoice_corrections")
    return my_invoice(invoice_id)
