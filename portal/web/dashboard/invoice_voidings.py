"""An unpaid invoice is declared invalid. Its number stays used."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.billing.errors import InvoiceNotOpen
from portal.web.dashboard.scope import the_invoice
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("invoice_voidings", __name__, url_prefix="/invoices/<invoice_id>/voiding")


@bp.get("/new")
def new(invoice_id: str) -> Any:
    invoice = the_invoice(invoice_id)
    if not invoice.is_payable or invoice.amount_paid:
        raise InvoiceNotOpen
    return render_page("dashboard/invoices/voiding.html", invoice=invoice)


@bp.post("")
def create(invoice_id: str) -> Any:
    invoice = the_invoice(invoice_id)
    invoice.void(at=moment())
    words = _("Invoice %(number)s is void.", number=invoice.number)
    return see(url_for("dashboard.invoices.show", invoice_id=invoice.id), words)
