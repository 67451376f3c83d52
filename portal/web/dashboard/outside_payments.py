"""Money that came another way: in cash, by transfer, with another provider."""

from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from portal import formatting
from portal.billing.errors import BillingError, InvoiceNotOpen
from portal.billing.invoices import Invoice
from portal.billing.payments import Payment
from portal.ids import new_id
from portal.web.dashboard import quotes
from portal.web.dashboard.billing_fields import AmountField, refuse
from portal.web.dashboard.scope import the_invoice, the_merchant
from portal.web.errors import refusal
from portal.web.forms import Day, Form, NoCardNumber
from portal.web.locale import language
from portal.web.pages import money, render_page, see
from portal.web.zone import moment

bp = Blueprint("outside_payments", __name__, url_prefix="/invoices/<invoice_id>/outside-payments")
KIND = "outside_payment"
LONGEST_NOTE = 500


class OutsidePaymentForm(Form):
    amount = AmountField(_l("Amount"), validators=[InputRequired(_l("Enter an amount."))])
    received_on = Day(_l("Received on"), validators=[InputRequired(_l("Enter a date."))])
    note = TextAreaField(
        _l("Note"),
        validators=[
            Length(max=LONGEST_NOTE, message=_l("At most 500 characters.")),
            NoCardNumber(),
        ],
    )

    def validate_received_on(self, field: Any) -> None:
        if field.data and field.data > the_merchant().day(moment()):
            raise ValidationError(_("This day is still to come."))


@bp.get("/new")
def new(invoice_id: str) -> Any:
    invoice = the_invoice(invoice_id)
    if not invoice.is_payable:
        raise InvoiceNotOpen
    form = OutsidePaymentForm()
    form.fill(
        amount=formatting.amount_digits(invoice.amount_due, invoice.currency, language()),
        received_on=the_merchant().day(moment()),
    )
    return _form_page(invoice, form)


@bp.post("")
def create(invoice_id: str) -> Any:
    invoice, form, at = the_invoice(invoice_id), OutsidePaymentForm(), moment()
    valid = form.validate()
    amount = form.amount.check(invoice.currency)
    if not valid or amount is None:
        return _form_page(invoice, form, status=422)
    page = url_for("dashboard.invoices.show", invoice_id=invoice.id)
    key = quotes.take(KIND, request.form.get("key", ""))
    if key and Payment.get_or_none((Payment.id == key["id"]) & (Payment.invoice == invoice)):
        return see(page, _("The payment was recorded."))
    try:
        payment = Payment.record_outside(
            invoice,
            amount,
            note=(form.note.data or "").strip(),
            at=_moment(form.received_on.data, at),
            payment_id=key["id"] if key else None,
        )
    except BillingError as error:
        refuse(form.amount, refusal(error))
        return _form_page(invoice, form, status=409)
    return see(page, _("A payment of %(amount)s was recorded.", amount=money(payment.money)))


def _moment(day: date, at: datetime) -> datetime:
    """Now for today; noon for a day that is over, since nobody asks for the hour."""
    merchant = the_merchant()
    if day == merchant.day(at):
        return at
    return datetime.combine(day, time(12), merchant.zone).astimezone(at.tzinfo)


def _form_page(invoice: Invoice, form: OutsidePaymentForm, status: int = 200) -> Any:
    at = moment()
    return render_page(
        "dashboard/invoices/outside_payment.html",
        status=status,
        invoice=invoice,
        form=form,
        key=request.form.get("key") or quotes.give(KIND, at=at, id=new_id(Payment.PREFIX, at)),
        today=the_merchant().day(at).isoformat(),
    )
