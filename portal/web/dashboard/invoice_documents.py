"""The PDFs of an invoice and of its receipt, and its e-invoice, to download."""

from typing import Any

from flask import Blueprint, abort

from portal.billing.invoices import InvoiceStatus
from portal.documents import store
from portal.web.dashboard.scope import the_invoice
from portal.web.document_answers import file_answer

bp = Blueprint("invoice_documents", __name__, url_prefix="/invoices/<invoice_id>")


@bp.get("/receipt.pdf", defaults={"kind": "receipt"})
@bp.get("/invoice.pdf", defaults={"kind": "invoice"})
@bp.get("/invoice.xml", defaults={"kind": "e-invoice"})
def show(invoice_id: str, kind: str) -> Any:
    invoice = the_invoice(invoice_id)
    if invoice.status == InvoiceStatus.DRAFT:
        abort(404)
    if kind == "receipt":
        return file_answer(store.receipt_pdf(invoice), f"{invoice.number}-receipt.pdf")
    if kind == "e-invoice":
        return file_answer(store.invoice_xml(invoice), f"{invoice.number}.xml")
    return file_answer(store.invoice_pdf(invoice), f"{invoice.number}.pdf")
