"""A guest pays the one invoice, with what they gave for it and nothing else."""

from typing import Any

from flask import Blueprint, abort, redirect, request

from portal.billing.collecting import collect
from portal.billing.errors import InvoiceAlreadyPaid, PaymentPending
from portal.billing.payments import Payment
from portal.gateways import gateway_for
from portal.web.access import public
from portal.web.customer.guest_scope import is_of_a_guest, layout, pages, setup_of, the_invoice
from portal.web.customer.guest_setups import settled_or_pending
from portal.web.customer.payment_pages import lead_on, waiting
from portal.web.zone import moment

bp = Blueprint("payments", __name__, url_prefix="/payment")


@bp.post("")
@public
def create(token: str) -> Any:
    invoice = the_invoice(token)
    setup = setup_of(invoice, request.form.get("setup", ""))
    method = setup.payment_method or abort(404)
    try:
        payment = collect(
            invoice,
            gateway_for(method.gateway, method.merchant),
            at=moment(),
            method=method,
            nonce=setup.id,
        )
    except (InvoiceAlreadyPaid, PaymentPending):
        return settled_or_pending(invoice.reload(), token) or abort(409)
    return lead_on(payment, **pages(token))


@bp.get("")
@public
def show(token: str) -> Any:
    """What became of the newest attempt; asked for again while there is no answer."""
    invoice = the_invoice(token)
    payment = Payment.newest_of(invoice)
    if payment is None:
        return redirect(pages(token)["invoice_page"], code=303)
    if payment.is_unanswered and request.method == "GET":
        payment.ask_again(gateway_for(payment.gateway, payment.merchant), at=moment())
    if payment.is_unanswered:
        return waiting(
            "customer/guest_invoices/payment.html",
            payment,
            status_page=pages(token)["status_page"],
            may_confirm=is_of_a_guest(payment),
            token=token,
            **layout(invoice.merchant),
        )
    return lead_on(payment, **pages(token))
