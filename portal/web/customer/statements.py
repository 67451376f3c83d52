"""A year on one page: what was billed, credited, paid and refunded, with sums by VAT rate."""

from typing import Any

from flask import Blueprint

from portal.web.customer.scope import me, my_configuration
from portal.web.pages import render_page
from portal.web.statement_answers import statement_context

bp = Blueprint("statements", __name__, url_prefix="/statements")


@bp.get("/<int:year>")
def show(year: int) -> Any:
    my_configuration().require("shows_invoices")
    return render_page("customer/statements/show.html", **statement_context(me(), year))
