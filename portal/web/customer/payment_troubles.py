"""Payments that did not go through: what failed, why, and what happens next, for the customer."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _

from portal.billing import dunning
from portal.billing.customers import Customer
from portal.billing.invoices import Invoice
from portal.billing.overviews import pressing_invoices
from portal.billing.payments import Payment
from portal.billing.subscription_status import CollectionMethod
from portal.web.pages import day, money
from portal.web.payment_words import reason_words


class Trouble(NamedTuple):
    """An open invoice that could not be collected, that is overdue, or that a subscription
    waits for, in sentences."""

    invoice: Invoice
    title: str
    sentences: list[str]
    is_being_confirmed: bool = False
    is_charged: bool = False


def troubles_of(customer: Customer, at: datetime) -> list[Trouble]:
    """The oldest first. Where all is well this is one query."""
    return [trouble_of(invoice, at) for invoice in pressing_invoices(customer)]


def trouble_of(invoice: Invoice, at: datetime) -> Trouble:
    newest = Payment.newest_of(invoice)
    if newest and newest.is_unanswered:
        words = _(
            "The payment of %(amount)s for invoice %(number)s is being confirmed.",
            amount=money(newest.money),
            number=invoice.number,
        )
        return Trouble(invoice, _("A payment is being confirmed"), [words], is_being_confirmed=True)
    if invoice.collection_method == CollectionMethod.SEND_INVOICE:
        words = _(
            "%(amount)s was due on %(date)s.",
            amount=money(invoice.money_due),
            date=day(invoice.due_at),
        )
        return Trouble(invoice, _("Invoice %(number)s is overdue", number=invoice.number), [words])
    if newest is None and not dunning.is_running(invoice):
        title = _("Invoice %(number)s is open", number=invoice.number)
        words = _("%(amount)s is to be paid.", amount=money(invoice.money_due))
        return Trouble(invoice, title, [words, _waiting()])
    return Trouble(
        invoice, _("A payment did not go through"), _failure(invoice, newest, at), is_charged=True
    )


def _failure(invoice: Invoice, newest: Payment | None, at: datetime) -> list[str]:
    what = _(
        "%(amount)s for invoice %(number)s could not be collected.",
        amount=money(invoice.money_due),
        number=invoice.number,
    )
    code = newest.failure_reason if newest else "no_payment_method"
    return [what, reason_words(code), _next(invoice, newest, at)]


def _waiting() -> str:
    return _("Your subscription starts as soon as this invoice is paid.")


def _next(invoice: Invoice, newest: Payment | None, at: datetime) -> str:
    if not dunning.is_running(invoice):
        return _waiting()
    if newest is None:
        return _("Add a payment method, and we try it at once.")
    if newest.is_hard_decline and invoice.next_attempt_at and invoice.next_attempt_at > at:
        return _("Please pay with another payment method; this one is not tried again.")
    if invoice.next_attempt_at:
        moment = max(invoice.next_attempt_at, at)
        return _("We try again on %(date)s.", date=day(moment))
    return _("It is not tried again by itself. Please pay now.")
