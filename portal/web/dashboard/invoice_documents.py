"""The PDFs of an invoice and of its receipt, and its e-invoice, to download."""

from typing import Any

from flask import Blueprint, Response, abort

from portal.billing.invoices import InvoiceStatus
from portal.documents import store
from portal.documents.data import DocumentNotReadable
from portal.documents.einvoice import NoEInvoice
from portal.documents.renderer import RenderingFailed
from portal.files import StoredFile
from portal.web.dashboard.scope import the_invoice

bp = Blueprint("invoice_documents", __name__, url_prefix="/invoices/<invoice_id>")


@bp.get("/receipt.pdf", defaults={"kind": "receipt"})
@bp.get("/invoice.pdf", defaults={"kind": "invoice"})
@bp.get("/invoice.xml", defaults={"kind": "e-invoice"})
def show(invoice_id: str, kind: str) -> Any:
    invoice = the_invoice(invoice_id)
    if invoice.status == InvoiceStatus.DRAFT:
        abort(404)
    try:
        if kind == "receipt":
            return download(store.receipt_pdf(invoice), f"{invoice.number}-receipt.pdf")
        if kind == "e-invoice":
            return download(store.invoice_xml(invoice), f"{invoice.number}.xml")
        return download(store.invoice_pdf(invoice), f"{invoice.number}.pdf")
    except (store.NoReceipt, NoEInvoice):
        abort(404)
    except (RenderingFailed, DocumentNotReadable):
        abort(503)


def download(file: StoredFile, name: str) -> Response:
    response = Response(bytes(file.data), mimetype=file.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
