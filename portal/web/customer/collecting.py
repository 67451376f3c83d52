"""Collecting what a change has made due at once, and where each outcome leads."""

from typing import Any

from flask import redirect, url_for
from flask_babel import gettext as _

from portal.billing.collecting import collect
from portal.billing.errors import BillingError
from portal.billing.gateway import PaymentStatus
from portal.billing.invoices import Invoice
from portal.billing.payment_methods import PaymentMethod
from portal.billing.subscription_status import CollectionMethod
from portal.gateways import gateway_for
from portal.web.customer.payment_pages import confirmation_url
from portal.web.customer.scope import my_configuration
from portal.web.pages import day, money, see
from portal.web.zone import moment


def collect_now(invoice: Invoice | None, location: str, done: str) -> Any:
    """To `location`, with words on what was `done` and on how paying for it went.

    Whatever becomes of the payment, what was done stands: the invoice stays open, can be
    paid by hand, and is tried again. Not inside a transaction: a provider is called.
    """
    if invoice is None or not invoice.is_payable:
        return see(location, done)
    if invoice.collection_method == CollectionMethod.SEND_INVOICE:
        due = {"amount": money(invoice.money_due), "date": day(invoice.due_at)}
        return see(location, f"{done} {_('%(amount)s is due by %(date)s.', **due)}")
    method = PaymentMethod.default_of(invoice.customer_id)
    if method is None:
        return see(location, _still_open(done), "warning")
    try:
        payment = collect(
            invoice, gateway_for(method.gateway, method.merchant), at=moment(), method=method
        )
    except BillingError:
        return see(location, _still_open(done), "warning")
    if payment.status == PaymentStatus.SUCCEEDED:
        paid = _("%(amount)s was paid.", amount=money(payment.money))
        return see(location, f"{done} {paid}")
    if payment.status == PaymentStatus.REQUIRES_ACTION:
        return redirect(confirmation_url(payment, _status_page(invoice, location)), code=303)
    if payment.is_unanswered:
        return see(location, f"{done} {_('The payment is being confirmed.')}", "info")
    return see(location, _still_open(done), "warning")


def _still_open(done: str) -> str:
    words = _("The payment did not go through: the invoice is open. Please pay it.")
    return f"{done} {words}"


def _status_page(invoice: Invoice, location: str) -> str:
    """Where the outcome is asked for; who sees no invoices comes back to the subscription."""
    if not my_configuration().shows_invoices:
        return location
    return url_for("customer.payments.show", invoice_id=invoice.id)
