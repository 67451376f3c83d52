"""A statement was looked at: what is clear is booked."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.gateways.bank_transfer.booking import StatementChanged, confirm
from portal.web.dashboard.bank_statements import the_statement
from portal.web.errors import refusal
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint(
    "bank_statement_confirmations",
    __name__,
    url_prefix="/bank/statements/<statement_id>/confirmation",
)


@bp.post("")
def create(statement_id: str) -> Any:
    statement = the_statement(statement_id)
    page = url_for("dashboard.bank_statements.show", statement_id=statement.id)
    try:
        booked = confirm(statement, request.form.get("quote", ""), at=moment())
    except StatementChanged as changed:
        return see(page, refusal(changed), "error")
    if not booked:
        return see(page, _("There was nothing left to book."), "info")
    return see(page, ngettext("%(num)s line was booked.", "%(num)s lines were booked.", booked))
