"""Paying an invoice: choose how, pay once, and see what became of it."""

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.billing.collecting import collect
from portal.billing.errors import InvoiceAlreadyPaid, PaymentPending
from portal.billing.invoices import Invoice
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment
from portal.crypto import digest
from portal.gateways import gateway_for
from portal.web.customer.once import form_name
from portal.web.customer.payment_pages import lead_on, waiting
from portal.web.customer.scope import me, my_configuration, my_invoice, my_session
from portal.web.forms import Form
from portal.web.labels import expiry_words, method_name
from portal.web.pages import render_page
from portal.web.zone import moment

bp = Blueprint("payments", __name__, url_prefix="/invoices/<invoice_id>/payment")


class PaymentForm(Form):
    payment_method = RadioField(
        _l("Payment method"), validators=[InputRequired(_l("Choose a payment method."))]
    )


@bp.get("/new")
def new(invoice_id: str) -> Any:
    invoice = my_invoice(invoice_id)
    if elsewhere := settled_or_pending(invoice):
        return elsewhere
    return choice(invoice, form_for(methods()))


@bp.post("")
def create(invoice_id: str) -> Any:
    invoice, mine = my_invoice(invoice_id), methods()
    form = form_for(mine)
    if not form.validate_on_submit():
        return choice(invoice, form, status=422)
    method = next(method for method in mine if method.id == form.payment_method.data)
    try:
        payment = collect(
            invoice,
            gateway_for(method.gateway, method.merchant),
            at=moment(),
            method=method,
            nonce=digest(form_name()),
        )
    except (InvoiceAlreadyPaid, PaymentPending):
        return settled_or_pending(invoice.reload()) or abort(409)
    return lead_on(payment, **pages(invoice))


@bp.get("")
def show(invoice_id: str) -> Any:
    """What became of the newest attempt; asked for again while there is no answer."""
    invoice = my_invoice(invoice_id)
    payment = Payment.newest_of(invoice)
    if payment is None:
        return redirect(url_for("customer.invoices.show", invoice_id=invoice.id), code=303)
    if payment.is_unanswered and request.method == "GET" and not my_session().is_impersonated:
        payment.ask_again(gateway_for(payment.gateway, payment.merchant), at=moment())
    if payment.is_unanswered:
        page = pages(invoice)["status_page"]
        return waiting("customer/payments/show.html", payment, status_page=page)
    return lead_on(payment, **pages(invoice))


def choice(invoice: Invoice, form: PaymentForm, status: int = 200) -> Any:
    mine = methods()
    return render_page(
        "customer/payments/new.html",
        status=status,
        invoice=invoice,
        form=form,
        methods=mine,
        # Two cards may well end in the same digits.
        notes={method.id: expiry_words(method) for method in mine if method.exp_year},
        may_add=my_configuration().updates_payment_methods,
    )


def form_for(mine: list[PaymentMethod]) -> PaymentForm:
    """The methods that can be chosen; the default is chosen already."""
    form = PaymentForm()
    form.payment_method.choices = [SelectChoice(method.id, method_name(method)) for method in mine]
    if mine:
        form.fill(payment_method=mine[0].id)
    return form


def methods() -> list[PaymentMethod]:
    if my_session().is_impersonated:
        return []
    return list(PaymentMethod.of(me()))


def settled_or_pending(invoice: Invoice) -> Any:
    """Where to go instead, if there is nothing to pay now."""
    if not invoice.is_payable:
        return redirect(url_for("customer.invoices.show", invoice_id=invoice.id), code=303)
    newest = Payment.newest_of(invoice)
    if newest and newest.is_unanswered:
        return redirect(url_for(".show", invoice_id=invoice.id), code=303)
    return None


def pages(invoice: Invoice) -> dict[str, str]:
    return {
        "status_page": url_for("customer.payments.show", invoice_id=invoice.id),
        "invoice_page": url_for("customer.invoices.show", invoice_id=invoice.id),
        "again_page": url_for("customer.payments.new", invoice_id=invoice.id),
    }
