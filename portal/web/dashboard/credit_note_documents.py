"""The PDF of a credit note and its e-invoice, to download."""

from typing import Any

from flask import Blueprint, abort

from portal.documents import store
from portal.documents.data import DocumentNotReadable
from portal.documents.einvoice import NoEInvoice
from portal.documents.renderer import RenderingFailed
from portal.web.dashboard.invoice_documents import download
from portal.web.dashboard.scope import the_credit_note

bp = Blueprint("credit_note_documents", __name__, url_prefix="/credit-notes")
MAKERS = {"pdf": store.credit_note_pdf, "xml": store.credit_note_xml}


@bp.get("/<credit_note_id>.pdf", defaults={"kind": "pdf"})
@bp.get("/<credit_note_id>.xml", defaults={"kind": "xml"})
def show(credit_note_id: str, kind: str) -> Any:
    note = the_credit_note(credit_note_id)
    try:
        return download(MAKERS[kind](note), f"{note.number}.{kind}")
    except NoEInvoice:
        abort(404)
    except (RenderingFailed, DocumentNotReadable):
        abort(503)
