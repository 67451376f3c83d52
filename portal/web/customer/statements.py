"""A year on one page: what was billed, credited, paid and refunded, with sums by VAT rate."""

from typing import Any

from flask import Blueprint, abort

from portal.billing.archived import of_customer
from portal.billing.invoice_rows import years_of
from portal.billing.statements import Statement, statement_of
from portal.web.archive_answers import parts_of
from portal.web.customer.scope import me, my_configuration
from portal.web.pages import render_page
from portal.web.zone import moment

bp = Blueprint("statements", __name__, url_prefix="/statements")


@bp.get("/<int:year>")
def show(year: int) -> Any:
    return render_page(
        "customer/statements/show.html",
        statement=my_statement(year),
        years=list(reversed(years_of(me(), at=moment()))),
        archive_parts=parts_of(of_customer(me(), year)),
    )


def my_statement(year: int) -> Statement:
    my_configuration().require("shows_invoices")
    if year not in years_of(me(), at=moment()):
        abort(404)
    return statement_of(me(), year)
