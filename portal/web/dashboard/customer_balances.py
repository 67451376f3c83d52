"""A customer's credit balance: every movement, and a change by hand with a note."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.billing.customer_balances import BalanceReason, CustomerBalanceTransaction, move
from portal.billing.customers import Customer
from portal.billing.errors import BillingError
from portal.ids import new_id
from portal.web.dashboard import quotes
from portal.web.dashboard.billing_fields import AmountField, refuse
from portal.web.dashboard.listing import page_of
from portal.web.dashboard.scope import the_customer
from portal.web.errors import refusal
from portal.web.forms import Form, NoCardNumber, TextLine
from portal.web.pages import money, render_page, see
from portal.web.zone import moment

bp = Blueprint("customer_balances", __name__, url_prefix="/customers/<customer_id>/balance")
KIND = "balance"
ADD, TAKE, PAID_OUT = "add", "take", "paid_out"
ADJUSTED = BalanceReason.ADJUSTMENT


class BalanceForm(Form):
    kind = RadioField(
        _l("What happens?"),
        choices=[
            SelectChoice(ADD, _l("Add to the balance")),
            SelectChoice(TAKE, _l("Take off the balance")),
            SelectChoice(PAID_OUT, _l("I have paid it out to the customer")),
        ],
        default=ADD,
        validators=[InputRequired(_l("Choose what happens."))],
    )
    amount = AmountField(_l("Amount"), validators=[InputRequired(_l("Enter an amount."))])
    note = TextLine(
        _l("Note"),
        validators=[
            InputRequired(_l("Say what it is for.")),
            Length(max=200, message=_l("At most 200 characters.")),
            NoCardNumber(),
        ],
    )


@bp.get("")
def index(customer_id: str) -> Any:
    customer = the_customer(customer_id)
    movements, more_url = page_of(
        CustomerBalanceTransaction.of(customer), CustomerBalanceTransaction
    )
    return render_page(
        "dashboard/balances/index.html",
        customer=customer,
        currency=currency_of(customer),
        movements=movements,
        more_url=more_url,
        is_continued="after" in request.args,
    )


@bp.get("/new")
def new(customer_id: str) -> Any:
    return _form_page(the_customer(customer_id), BalanceForm())


@bp.post("")
def create(customer_id: str) -> Any:
    customer, form = the_customer(customer_id), BalanceForm()
    valid = form.validate()
    amount = form.amount.check(currency_of(customer))
    if not valid or amount is None:
        return _form_page(customer, form, status=422)
    page = url_for(".index", customer_id=customer.id)
    key = quotes.take(KIND, request.form.get("key", ""))
    mine = CustomerBalanceTransaction.of(customer)
    if key and mine.where(CustomerBalanceTransaction.id == key["id"]).exists():
        return see(page, _("The balance was changed."))
    try:
        move(
            customer,
            amount if form.kind.data == ADD else -amount,
            reason=BalanceReason.PAID_OUT if form.kind.data == PAID_OUT else ADJUSTED,
            at=moment(),
            note=form.note.data,
            movement_id=key["id"] if key else None,
        )
    except BillingError as error:
        refuse(form.amount, refusal(error))
        return _form_page(customer, form, status=409)
    balance = money(customer.balance, currency_of(customer))
    return see(page, _("The balance is %(amount)s now.", amount=balance))


def currency_of(customer: Customer) -> str:
    """That of the customer; for one who has none yet, the merchant's."""
    return customer.currency or customer.merchant.currency


def _form_page(customer: Customer, form: BalanceForm, status: int = 200) -> Any:
    at = moment()
    prefix = CustomerBalanceTransaction.PREFIX
    return render_page(
        "dashboard/balances/new.html",
        status=status,
        customer=customer,
        currency=currency_of(customer),
        form=form,
        key=request.form.get("key") or quotes.give(KIND, at=at, id=new_id(prefix, at)),
    )
