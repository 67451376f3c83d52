"""The PDF of an invoice and of its receipt, and its e-invoice, as they were stored."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.http import dump_options_header
from werkzeug.utils import secure_filename

from portal.billing.invoices import Invoice, InvoiceStatus
from portal.documents import store
from portal.documents.einvoice import NoEInvoice
from portal.documents.renderer import RenderingFailed
from portal.files import StoredFile
from portal.web.customer.scope import me, my_configuration, my_invoice

bp = Blueprint("invoice_documents", __name__, url_prefix="/invoices")

RETRY_SECONDS = 5
POLICY = "sandbox; default-src 'none'"
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
    try:
        return attachment(KINDS[kind][1](invoice), invoice.number, kind)
    except (store.NoReceipt, NoEInvoice):
        abort(404)
    except RenderingFailed as error:
        raise ServiceUnavailable(retry_after=RETRY_SECONDS) from error


def attachment(file: StoredFile, number: str, kind: str) -> Response:
    return file_answer(file, filename(number, kind))


def file_answer(file: StoredFile, name: str) -> Response:
    """The bytes as they were stored, to be saved under that name."""
    response = Response(bytes(file.data), mimetype=file.content_type)
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Content-Security-Policy"] = POLICY
    response.set_etag(file.sha256)
    response.make_conditional(request)
    return response


def filename(number: str, kind: str) -> str:
    """The name that the file is saved under, in the reader's language."""
    if kind == "receipt":
        return _("Receipt %(number)s", number=number) + ".pdf"
    suffix = ".xml" if kind == "e-invoice" else ".pdf"
    return _("Invoice %(number)s", number=number) + suffix


def disposition(name: str) -> str:
    """RFC 6266: the name in full, and in plain letters for what does not understand it."""
    if name.isascii():
        return dump_options_header("attachment", {"filename": name})
    return f"attachment; filename={secure_filename(name)}; filename*=UTF-8''{quote(name)}"
