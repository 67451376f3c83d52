"""Lines of a statement that pay no invoice are set aside, and taken up again."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.gateways.bank_transfer.booking import ignore, reconsider
from portal.web.dashboard.bank_statements import the_transaction
from portal.web.pages import see

bp = Blueprint(
    "bank_transaction_exclusions",
    __name__,
    url_prefix="/bank/transactions/<transaction_id>/exclusion",
)


@bp.post("")
def create(transaction_id: str) -> Any:
    transaction = the_transaction(transaction_id)
    ignore(transaction)
    return see(_page(transaction.statement_id), _("The line was set aside."))


@bp.post("/deletion")
def destroy(transaction_id: str) -> Any:
    """Also forgets which invoice somebody chose for it."""
    transaction = the_transaction(transaction_id)
    reconsider(transaction)
    return see(_page(transaction.statement_id), _("The line is to be decided again."))


def _page(statement_id: str) -> str:
    return url_for("dashboard.bank_statements.show", statement_id=statement_id)
