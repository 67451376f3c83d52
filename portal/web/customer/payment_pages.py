"""What follows an attempt to pay, for customers and for guests: where each outcome leads."""

from datetime import timedelta
from typing import Any

from flask import redirect
from flask_babel import gettext as _

from portal.billing.gateway import PaymentStatus
from portal.billing.payments import Payment
from portal.gateways import gateway_for
from portal.web.customer.mandates import debit_of
from portal.web.pages import money, render_page, see
from portal.web.payment_words import declined
from portal.web.settings import absolute
from portal.web.zone import moment

SOON, LATER = "5", "30"
FIRST_MINUTES = timedelta(minutes=2)
LONGEST_WAIT = timedelta(minutes=30)


def lead_on(payment: Payment, *, status_page: str, invoice_page: str, again_page: str) -> Any:
    """After the attempt: to the invoice, back to the choice, to the bank, or to wait."""
    if payment.status == PaymentStatus.SUCCEEDED:
        thanks = _("Thank you. %(amount)s has been paid.", amount=money(payment.money))
        return see(invoice_page, thanks)
    if payment.status == PaymentStatus.FAILED:
        return see(again_page, declined(payment), "error")
    if payment.status == PaymentStatus.REQUIRES_ACTION:
        return redirect(confirmation_url(payment, status_page), code=303)
    return see(status_page)


def confirmation_url(payment: Payment, status_page: str) -> str:
    """Where the owner of the card confirms the payment; from there back to `status_page`."""
    return gateway_for(payment.gateway, payment.merchant).confirmation_url(
        payment.key, absolute(status_page)
    )


def waiting(
    template: str, payment: Payment, *, status_page: str, may_confirm: bool = True, **context: Any
) -> Any:
    """A page that says what is being waited for, and asks again by itself.

    Only who began the payment may confirm it; to anybody else it is being confirmed.
    """
    needs_action = may_confirm and payment.status == PaymentStatus.REQUIRES_ACTION
    response = render_page(
        template,
        payment=payment,
        invoice=payment.invoice,
        action_url=confirmation_url(payment, status_page) if needs_action else None,
        **context,
    )
    age = moment() - payment.created_at
    if not needs_action and age < LONGEST_WAIT and not debit_of(payment):
        response.headers["Refresh"] = SOON if age < FIRST_MINUTES else LATER
    return response
