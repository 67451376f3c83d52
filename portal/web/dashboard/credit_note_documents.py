"""The PDF of a credit note and its e-invoice, to download."""

from typing import Any

from flask import Blueprint

from portal.documents import store
from portal.web.dashboard.scope import the_credit_note
from portal.web.document_answers import file_answer

bp = Blueprint("credit_note_documents", __name__, url_prefix="/credit-notes")
MAKERS = {"pdf": store.credit_note_pdf, "xml": store.credit_note_xml}


@bp.get("/<credit_note_id>.pdf", defaults={"kind": "pdf"})
@bp.get("/<credit_note_id>.xml", defaults={"kind": "xml"})
def show(credit_note_id: str, kind: str) -> Any:
    note = the_credit_note(credit_note_id)
    return file_answer(MAKERS[kind](note), f"{note.number}.{kind}")
