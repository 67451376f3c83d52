"""Paying an invoice by bank transfer: the code that banking apps read."""

from typing import Any

from flask import Blueprint, Response, abort

from portal.billing.invoices import Invoice
from portal.gateways.bank_transfer.details import bank_details, epc_code
from portal.web.customer.scope import my_invoice

bp = Blueprint("transfers", __name__, url_prefix="/invoices/<invoice_id>")
bp.add_app_template_global(bank_details, "bank_details")
DRAWING_POLICY = "sandbox; default-src 'none'; style-src 'none'"


@bp.get("/transfer-code.svg")
def show(invoice_id: str) -> Any:
    return drawing(my_invoice(invoice_id))


def drawing(invoice: Invoice) -> Response:
    details = bank_details(invoice)
    if details is None or not details.has_code:
        abort(404)
    response = Response(epc_code(details), mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = DRAWING_POLICY
    return response
