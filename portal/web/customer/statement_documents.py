"""The PDF of a yearly statement."""

from typing import Any

from flask import Blueprint
from werkzeug.exceptions import ServiceUnavailable

from portal.documents.renderer import RenderingFailed
from portal.documents.statement import statement_pdf
from portal.web.customer.statements import my_statement
from portal.web.statement_answers import RETRY_SECONDS, pdf_answer
from portal.web.zone import moment

bp = Blueprint("statement_documents", __name__, url_prefix="/statements")


@bp.get("/<int:year>.pdf")
def show(year: int) -> Any:
    statement = my_statement(year)
    try:
        return pdf_answer(statement_pdf(statement, at=moment()), year)
    except RenderingFailed as error:
        raise ServiceUnavailable(retry_after=RETRY_SECONDS) from error
