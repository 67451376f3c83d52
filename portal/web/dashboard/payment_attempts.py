"""The merchant has an invoice charged now, without waiting for the schedule."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from portal.billing.collecting import collect
from portal.billing.errors import BillingError, NoPaymentMethod
from portal.billing.gateway import PaymentStatus
from portal.billing.invoices import Invoice
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment
from portal.crypto import digest
from portal.gateways import gateway_for
from portal.web import csrf
from portal.web.dashboard.scope import the_invoice
from portal.web.errors import refusal
from portal.web.pages import money, see
from portal.web.payment_words import reason_words
from portal.web.zone import moment

bp = Blueprint("payment_attempts", __name__, url_prefix="/invoices/<invoice_id>/payment-attempts")


@bp.post("")
def create(invoice_id: str) -> Any:
    invoice = the_invoice(invoice_id)
    page = url_for("dashboard.invoices.show", invoice_id=invoice.id)
    try:
        payment = _charge(invoice)
    except BillingError as error:
        return see(page, refusal(error), "error")
    return see(page, *_words(payment))


def _charge(invoice: Invoice) -> Payment:
    """Once a form, however often it is sent."""
    method = PaymentMethod.default_of(invoice.customer_id)
    if method is None:
        raise NoPaymentMethod
    form = f"{request.form.get(csrf.FIELD, '').partition('.')[0]} {request.path}"
    return collect(
        invoice,
        gateway_for(method.gateway, invoice.merchant),
        at=moment(),
        method=method,
        nonce=digest(form),
    )


def _words(payment: Payment) -> tuple[str, str]:
    if payment.status == PaymentStatus.SUCCEEDED:
        return _("%(amount)s was paid.", amount=money(payment.money)), "message"
    if payment.is_unanswered:
        return _("The payment is being confirmed."), "info"
    return _("The payment failed: %(reason)s", reason=reason_words(payment.failure_reason)), "error"
