"""A yearly statement to download. It is made anew each time: the year may not be over."""

from flask import Response
from flask_babel import gettext as _

from portal.documents.store import PDF

RETRY_SECONDS = 5


def pdf_answer(pdf: bytes, year: int) -> Response:
    answer = Response(pdf, mimetype=PDF)
    name = _("Statement %(year)s", year=str(year)) + ".pdf"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
