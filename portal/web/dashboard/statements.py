"""A customer's year on one page."""

from typing import Any

from flask import Blueprint

from portal.web.dashboard.scope import the_customer
from portal.web.pages import render_page
from portal.web.statement_answers import statement_context

bp = Blueprint("statements", __name__, url_prefix="/customers/<customer_id>/statements")


@bp.get("/<int:year>")
def show(customer_id: str, year: int) -> Any:
    customer = the_customer(customer_id)
    return render_page(
        "dashboard/statements/show.html", customer=customer, **statement_context(customer, year)
    )
