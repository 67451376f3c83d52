"""The customer's credit balance, with everything that moved it."""

from typing import Any

from flask import Blueprint, request, url_for

from portal.billing.customer_balances import CustomerBalanceTransaction
from portal.web.customer.scope import me, my_configuration, my_merchant
from portal.web.pages import render_page

bp = Blueprint("balances", __name__, url_prefix="/balance")
PART = 50
LONGEST_ID = 40


@bp.get("")
def show() -> Any:
    my_configuration().require("shows_invoices")
    before = request.args.get("before", "")[:LONGEST_ID]
    movements = CustomerBalanceTransaction.of(me())
    if before:
        movements = movements.where(CustomerBalanceTransaction.id < before)
    found = list(movements.limit(PART + 1))
    more = found[PART - 1].id if len(found) > PART else ""
    return render_page(
        "customer/balances/show.html",
        currency=me().currency or my_merchant().currency,
        movements=found[:PART],
        next_url=url_for(".show", before=more) if more else None,
        is_continued=bool(before),
    )
