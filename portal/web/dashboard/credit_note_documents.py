"""The PDF of a credit note, to download."""

from typing import Any

from flask import Blueprint, abort

from portal.documents import store
from portal.documents.data import DocumentNotReadable
from portal.documents.renderer import RenderingFailed
from portal.web.dashboard.invoice_documents import download
from portal.web.dashboard.scope import the_credit_note

bp = Blueprint("credit_note_documents", __name__, url_prefix="/credit-notes")


@bp.get("/<credit_note_id>.pdf")
def show(credit_note_id: str) -> Any:
    note = the_credit_note(credit_note_id)
    try:
        return download(store.credit_note_pdf(note), f"{note.number}.pdf")
    except (RenderingFailed, DocumentNotReadable):
        abort(503)
