"""A customer's year on one page."""

from typing import Any

from flask import Blueprint, abort

from portal.billing import archived
from portal.billing.customers import Customer
from portal.billing.invoice_rows import years_of
from portal.billing.statements import Statement, statement_of
from portal.web.archive_answers import parts_of
from portal.web.dashboard.scope import the_customer
from portal.web.pages import render_page
from portal.web.zone import moment

bp = Blueprint("statements", __name__, url_prefix="/customers/<customer_id>/statements")


@bp.get("/<int:year>")
def show(customer_id: str, year: int) -> Any:
    customer = the_customer(customer_id)
    return render_page(
        "dashboard/statements/show.html",
        customer=customer,
        statement=the_statement(customer, year),
        years=list(reversed(years_of(customer, at=moment()))),
        archive_parts=parts_of(archived.of_customer(customer, year)),
    )


def the_statement(customer: Customer, year: int) -> Statement:
    if year not in years_of(customer, at=moment()):
        abort(404)
    return statement_of(customer, year)
