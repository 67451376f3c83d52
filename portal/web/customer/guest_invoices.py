"""One invoice, opened by the link of a mail, without signing in."""

from typing import Any

from flask import Blueprint

from portal.billing.payments import Payment
from portal.selfservice.guest_links import GuestLinkOver
from portal.web.access import public
from portal.web.customer import guest_documents, guest_payments, guest_setups, guest_transfers
from portal.web.customer.guest_scope import layout, pages, the_invoice, wear
from portal.web.customer.invoices import contents
from portal.web.pages import render_page

bp = Blueprint("guest_invoices", __name__, url_prefix="/i/<token>")
for child in (guest_documents.bp, guest_setups.bp, guest_payments.bp, guest_transfers.bp):
    bp.register_blueprint(child)


@bp.get("")
@public
def show(token: str) -> Any:
    invoice = the_invoice(token)
    newest = Payment.newest_of(invoice)
    return render_page(
        "customer/guest_invoices/show.html",
        **layout(invoice.merchant),
        **contents(invoice),
        token=token,
        unanswered=newest if newest and newest.is_unanswered else None,
        status_page=pages(token)["status_page"],
    )


@bp.errorhandler(GuestLinkOver)
def lead_to_sign_in(error: GuestLinkOver) -> Any:
    """The link is over: who belongs here can sign in and finds the invoice there."""
    if error.merchant is None:
        return render_page("customer/guest_invoices/unknown.html", status=404)
    wear(error.merchant)
    return render_page("customer/guest_invoices/over.html", status=404, **layout(error.merchant))
