"""All invoices and credit notes of the customer in one file."""

from typing import Any

from flask import Blueprint, abort, request

from portal.billing import archived
from portal.billing.invoice_rows import years_of
from portal.web.archive_answers import zip_answer
from portal.web.customer.scope import me, my_configuration
from portal.web.zone import moment

bp = Blueprint("invoice_archives", __name__, url_prefix="/invoices.zip")


@bp.get("")
def show() -> Any:
    my_configuration().require("shows_invoices")
    year = request.args.get("year", "")
    if year and year not in map(str, years_of(me(), at=moment())):
        abort(404)
    named = archived.of_customer(me(), int(year) if year else None)
    return zip_answer(named, f"invoices-{year}" if year else "invoices")
