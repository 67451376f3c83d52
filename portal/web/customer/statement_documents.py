"""The PDF of a yearly statement."""

from typing import Any

from flask import Blueprint

from portal.web.customer.scope import me, my_configuration
from portal.web.statement_answers import pdf_answer

bp = Blueprint("statement_documents", __name__, url_prefix="/statements")


@bp.get("/<int:year>.pdf")
def show(year: int) -> Any:
    my_configuration().require("shows_invoices")
    return pdf_answer(me(), year)
