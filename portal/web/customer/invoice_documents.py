"""The PDF of an invoice and of its receipt, and its e-invoice, as they were stored."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.billing.invoices import Invoice, InvoiceStatus
from portal.documents import store
from portal.files import StoredFile
from portal.web.customer.scope import me, my_configuration, my_invoice
from portal.web.document_answers import file_answer

bp = Blueprint("invoice_documents", __name__, url_prefix="/invoices")

# By kind: what it is stored as, the best of it last in the alphabet, and who makes it.
KINDS: dict[str, tuple[tuple[str, ...], Callable[[Invoice], StoredFile]]] = {
    "invoice": ((store.INVOICE_PDF,), store.invoice_pdf),
    "receipt": ((store.RECEIPT_PDF,), store.receipt_pdf),
    "e-invoice": ((store.INVOICE_XML, store.INVOICE_XRECHNUNG), store.invoice_xml),
}


@bp.get("/<invoice_id>.pdf", defaults={"kind": "invoice"})
@bp.get("/<invoice_id>.xml", defaults={"kind": "e-invoice"})
@bp.get("/<invoice_id>/receipt.pdf", defaults={"kind": "receipt"})
def show(invoice_id: str, kind: str) -> Any:
    my_configuration().require("shows_invoices")
    found = stored(Invoice.customer == me(), invoice_id, kind)
    if found:
        return attachment(*found, kind)
    return made(my_invoice(invoice_id), kind)


def stored(mine: Any, invoice_id: str, kind: str) -> tuple[StoredFile, str] | None:
    """The file and the invoice's number in one query, which is also the permission."""
    file = (
        StoredFile.select(
            StoredFile.sha256, StoredFile.content_type, StoredFile.data, Invoice.number
        )
        .join(Invoice, on=(Invoice.id == StoredFile.subject), attr="invoice")
        .where(
            mine
            & (Invoice.id == invoice_id)
            & (Invoice.status != InvoiceStatus.DRAFT)
            & (StoredFile.merchant == Invoice.merchant)
            & StoredFile.kind.in_(KINDS[kind][0])
        )
        .order_by(StoredFile.kind.desc())
        .first()
    )
    return (file, file.invoice.number) if file else None


def made(invoice: Invoice, kind: str) -> Response:
    """The first reader waits while the document is made; it is stored for the next."""
    return attachment(KINDS[kind][1](invoice), invoice.number, kind)


def attachment(file: StoredFile, number: str, kind: str) -> Response:
    return file_answer(file, filename(number, kind))


def filename(number: str, kind: str) -> str:
    """The name that the file is saved under, in the reader's language."""
    if kind == "receipt":
        return _("Receipt %(number)s", number=number) + ".pdf"
    suffix = ".xml" if kind == "e-invoice" else ".pdf"
    return _("Invoice %(number)s", number=number) + suffix
