"""The PDF of a customer's yearly statement, to download."""

from typing import Any

from flask import Blueprint

from portal.web.dashboard.scope import the_customer
from portal.web.statement_answers import pdf_answer

bp = Blueprint("statement_documents", __name__, url_prefix="/customers/<customer_id>/statements")


@bp.get("/<int:year>.pdf")
def show(customer_id: str, year: int) -> Any:
    return pdf_answer(the_customer(customer_id), year)
