"""Collecting what a change has made due at once, with words on how that went."""

from typing import Any

from flask_babel import gettext as _

from portal.billing.collecting import collect
from portal.billing.errors import BillingError
from portal.billing.gateway import PaymentStatus
from portal.billing.invoices import Invoice
from portal.billing.payment_methods import PaymentMethod
from portal.billing.subscription_status import CollectionMethod
from portal.gateways import gateway_for
from portal.web.errors import refusal
from portal.web.pages import day, money, see
from portal.web.zone import moment


def collect_now(invoice: Invoice | None, location: str, done: str) -> Any:
    """To `location`. What was done stands, whatever becomes of the payment.

    Not inside a transaction: a provider is called.
    """
    if invoice is None or not invoice.is_payable:
        return see(location, done)
    if invoice.collection_method == CollectionMethod.SEND_INVOICE:
        due = {"amount": money(invoice.money_due), "date": day(invoice.due_at)}
        return see(location, f"{done} {_('%(amount)s is due by %(date)s.', **due)}")
    words, category = _charge(invoice)
    return see(location, f"{done} {words}", category)


def _charge(invoice: Invoice) -> tuple[str, str]:
    method = PaymentMethod.default_of(invoice.customer_id)
    if method is None:
        return _("There is no payment method: the invoice is open."), "warning"
    gateway = gateway_for(method.gateway, method.merchant)
    try:
        payment = collect(invoice, gateway, at=moment(), method=method)
    except BillingError as error:
        return refusal(error), "warning"
    if payment.status == PaymentStatus.SUCCEEDED:
        return _("%(amount)s was paid.", amount=money(payment.money)), "message"
    if payment.is_unanswered:
        return _("The payment is being confirmed."), "info"
    return _("The payment failed: the invoice is open."), "warning"
