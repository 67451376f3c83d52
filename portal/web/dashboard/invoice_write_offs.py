"""No money is expected of an open invoice any more."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.billing.errors import InvoiceNotOpen
from portal.billing.invoices import InvoiceStatus
from portal.web.dashboard.scope import the_invoice
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("invoice_write_offs", __name__, url_prefix="/invoices/<invoice_id>/write-off")


@bp.get("/new")
def new(invoice_id: str) -> Any:
    invoice = the_invoice(invoice_id)
    if invoice.status != InvoiceStatus.OPEN:
        raise InvoiceNotOpen
    return render_page("dashboard/invoices/write_off.html", invoice=invoice)


@bp.post("")
def create(invoice_id: str) -> Any:
    invoice = the_invoice(invoice_id)
    invoice.mark_uncollectible(at=moment())
    words = _("Invoice %(number)s is marked as uncollectible.", number=invoice.number)
    return see(url_for("dashboard.invoices.show", invoice_id=invoice.id), words)
