"""A person says which invoice a line of a statement is for."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from portal.gateways.bank_transfer.booking import InvoiceUnknown, assign
from portal.web.dashboard.bank_statements import statement_page, the_transaction
from portal.web.errors import refusal
from portal.web.pages import see

bp = Blueprint(
    "bank_transaction_assignments",
    __name__,
    url_prefix="/bank/transactions/<transaction_id>/assignment",
)
LONGEST_NUMBER = 40


@bp.post("")
def create(transaction_id: str) -> Any:
    transaction = the_transaction(transaction_id)
    try:
        invoice = assign(transaction, request.form.get("number", "")[:LONGEST_NUMBER])
    except InvoiceUnknown as unknown:
        wrong = (transaction.id, refusal(unknown))
        return statement_page(transaction.statement, status=422, wrong=wrong)
    page = url_for("dashboard.bank_statements.show", statement_id=transaction.statement_id)
    return see(
        page, _("The line is for invoice %(number)s and can be booked.", number=invoice.number)
    )
