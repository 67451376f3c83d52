"""The PDF of a credit note and its e-invoice, as they were stored."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _
from werkzeug.exceptions import ServiceUnavailable

from portal.billing.credit_notes import CreditNote
from portal.documents import store
from portal.documents.einvoice import NoEInvoice
from portal.documents.renderer import RenderingFailed
from portal.files import StoredFile
from portal.web.customer.invoice_documents import POLICY, RETRY_SECONDS, disposition
from portal.web.customer.scope import my_credit_note

bp = Blueprint("credit_note_documents", __name__, url_prefix="/credit-notes")
MAKERS: dict[str, Callable[[CreditNote], StoredFile]] = {
    "pdf": store.credit_note_pdf,
    "xml": store.credit_note_xml,
}


@bp.get("/<credit_note_id>.pdf", defaults={"kind": "pdf"})
@bp.get("/<credit_note_id>.xml", defaults={"kind": "xml"})
def show(credit_note_id: str, kind: str) -> Any:
    note = my_credit_note(credit_note_id)
    try:
        file = MAKERS[kind](note)
    except NoEInvoice:
        abort(404)
    except RenderingFailed as error:
        raise ServiceUnavailable(retry_after=RETRY_SECONDS) from error
    name = _("Credit note %(number)s", number=note.number)
    return _attachment(file, f"{name}.{kind}")


def _attachment(file: StoredFile, name: str) -> Response:
    response = Response(bytes(file.data), mimetype=file.content_type)
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Content-Security-Policy"] = POLICY
    response.set_etag(file.sha256)
    response.make_conditional(request)
    return response
