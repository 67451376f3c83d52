"""The documents of the one invoice that a guest may see."""

from typing import Any

from flask import Blueprint

from portal.billing.invoices import Invoice
from portal.web.access import public
from portal.web.customer.guest_scope import the_invoice
from portal.web.customer.invoice_documents import attachment, made, stored

bp = Blueprint("documents", __name__)


@bp.get("/invoice.pdf", defaults={"kind": "invoice"})
@bp.get("/invoice.xml", defaults={"kind": "e-invoice"})
@bp.get("/receipt.pdf", defaults={"kind": "receipt"})
@public
def show(token: str, kind: str) -> Any:
    invoice = the_invoice(token)
    found = stored(Invoice.merchant == invoice.merchant_id, invoice.id, kind)
    return attachment(*found, kind) if found else made(invoice, kind)
