"""The code of a bank transfer, for the one invoice that a guest may see."""

from typing import Any

from flask import Blueprint

from portal.web.access import public
from portal.web.customer.guest_scope import the_invoice
from portal.web.customer.transfers import drawing

bp = Blueprint("transfers", __name__)


@bp.get("/transfer-code.svg")
@public
def show(token: str) -> Any:
    return drawing(the_invoice(token))
