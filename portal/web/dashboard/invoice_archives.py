"""All invoices and credit notes of a customer in one file."""

from typing import Any

from flask import Blueprint, abort, request

from portal.billing import archived
from portal.billing.invoice_rows import years_of
from portal.web.archive_answers import zip_answer
from portal.web.dashboard.scope import the_customer
from portal.web.zone import moment

bp = Blueprint("invoice_archives", __name__, url_prefix="/customers/<customer_id>/invoices.zip")


@bp.get("")
def show(customer_id: str) -> Any:
    """All of them, or those of `?year=`."""
    customer = the_customer(customer_id)
    year = request.args.get("year", "")
    if year and year not in map(str, years_of(customer, at=moment())):
        abort(404)
    named = archived.of_customer(customer, int(year) if year else None)
    return zip_answer(named, f"{customer.id}-{year}" if year else customer.id)
