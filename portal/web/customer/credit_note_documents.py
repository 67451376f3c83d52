"""The PDF of a credit note and its e-invoice, as they were stored."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from portal.billing.credit_notes import CreditNote
from portal.documents import store
from portal.files import StoredFile
from portal.web.customer.scope import my_credit_note
from portal.web.document_answers import file_answer

bp = Blueprint("credit_note_documents", __name__, url_prefix="/credit-notes")
MAKERS: dict[str, Callable[[CreditNote], StoredFile]] = {
    "pdf": store.credit_note_pdf,
    "xml": store.credit_note_xml,
}


@bp.get("/<credit_note_id>.pdf", defaults={"kind": "pdf"})
@bp.get("/<credit_note_id>.xml", defaults={"kind": "xml"})
def show(credit_note_id: str, kind: str) -> Any:
    note = my_credit_note(credit_note_id)
    name = _("Credit note %(number)s", number=note.number)
    return file_answer(MAKERS[kind](note), f"{name}.{kind}")
