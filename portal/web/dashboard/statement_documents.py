"""The PDF of a customer's yearly statement, to download."""

from typing import Any

from flask import Blueprint
from werkzeug.exceptions import ServiceUnavailable

from portal.documents.renderer import RenderingFailed
from portal.documents.statement import statement_pdf
from portal.web.dashboard.scope import the_customer
from portal.web.dashboard.statements import the_statement
from portal.web.statement_answers import RETRY_SECONDS, pdf_answer
from portal.web.zone import moment

bp = Blueprint("statement_documents", __name__, url_prefix="/customers/<customer_id>/statements")


@bp.get("/<int:year>.pdf")
def show(customer_id: str, year: int) -> Any:
    statement = the_statement(the_customer(customer_id), year)
    try:
        return pdf_answer(statement_pdf(statement, at=moment()), year)
    except RenderingFailed as error:
        raise ServiceUnavailable(retry_after=RETRY_SECONDS) from error
