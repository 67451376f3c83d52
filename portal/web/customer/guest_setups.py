"""A guest gives a payment method for the one invoice, on the provider's page."""

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext as _

from portal.billing.gateway import GatewayUnavailable
from portal.billing.invoices import Invoice
from portal.billing.payment_method_setups import PaymentMethodSetup, payer_of
from portal.billing.payments import Payment
from portal.gateways import gateway_for
from portal.web.access import public
from portal.web.customer.guest_scope import layout, pages, setup_of, the_invoice
from portal.web.pages import render_page, see
from portal.web.settings import absolute
from portal.web.zone import moment

bp = Blueprint("setups", __name__, url_prefix="/setups")


@bp.post("")
@public
def create(token: str) -> Any:
    invoice = the_invoice(token)
    if elsewhere := settled_or_pending(invoice, token):
        return elsewhere
    setup = PaymentMethodSetup.begin(invoice.customer, at=moment(), invoice_id=invoice.id)
    back_here = absolute(url_for(".show", token=token, setup_id=setup.id))
    try:
        return redirect(
            gateway_for(setup.gateway, setup.merchant).setup_url(
                setup.key, back_here, payer_of(setup.customer)
            ),
            code=303,
        )
    except GatewayUnavailable:
        return unavailable(token)


@bp.get("/<setup_id>")
@public
def show(token: str, setup_id: str) -> Any:
    """Back from the provider: says what will be charged, and to what. Nothing is charged yet."""
    invoice = the_invoice(token)
    setup = setup_of(invoice, setup_id)
    if elsewhere := settled_or_pending(invoice, token):
        return elsewhere
    if request.method != "GET":
        abort(404)
    try:
        stored = gateway_for(setup.gateway, setup.merchant).find_setup(setup.key)
    except GatewayUnavailable:
        return unavailable(token)
    if stored is None:
        return see(pages(token)["invoice_page"], _("Nothing was charged."), "info")
    return render_page(
        "customer/guest_invoices/confirm.html",
        **layout(invoice.merchant),
        invoice=invoice,
        method=setup.complete(stored, at=moment()),
        setup=setup,
        token=token,
    )


def settled_or_pending(invoice: Invoice, token: str) -> Any:
    """Where to go instead, if there is nothing to pay now."""
    if not invoice.is_payable:
        return redirect(pages(token)["invoice_page"], code=303)
    newest = Payment.newest_of(invoice)
    if newest and newest.is_unanswered:
        return redirect(pages(token)["status_page"], code=303)
    return None


def unavailable(token: str) -> Any:
    message = _("The payment provider does not answer. Please try again.")
    return see(pages(token)["invoice_page"], message, "error")
