"""Subscriptions: the list, a new one after a preview, and the page of one."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from portal.billing import discounts
from portal.billing.customers import LONGEST_SEARCH, Customer
from portal.billing.events import Event
from portal.billing.invoices import Invoice
from portal.billing.listings import ENDING, SUBSCRIPTION_FILTERS, subscription_items
from portal.billing.payment_methods import PaymentMethod
from portal.billing.products import Price, Product
from portal.billing.subscribing import usual_collection
from portal.billing.subscription_status import CollectionMethod
from portal.web.dashboard import billing_fields, customer_choice, first_invoices
from portal.web.dashboard.scope import the_customer, the_merchant, the_subscription
from portal.web.forms import Form
from portal.web.labels import ENDING as ENDING_LABEL
from portal.web.labels import SUBSCRIPTION_STATUS, per_interval
from portal.web.pages import money, render_page, see
from portal.web.zone import moment

bp = Blueprint("subscriptions", __name__, url_prefix="/subscriptions")
CHARGED, SENT = CollectionMethod.CHARGE_AUTOMATICALLY, CollectionMethod.SEND_INVOICE
RECENT = 10


class SubscriptionForm(Form):
    price = SelectField(_l("Price"))
    quantity = billing_fields.quantity()
    trial_days = billing_fields.trial_days()
    collection = RadioField(
        _l("How it is paid"),
        choices=[
            SelectChoice(CHARGED, _l("Charge the payment method automatically")),
            SelectChoice(SENT, _l("Send an invoice to be paid later")),
        ],
    )
    days_until_due = billing_fields.days_until_due()

    def offer(self, customer: Customer) -> "SubscriptionForm":
        """The prices that this customer can subscribe to, and how they can pay."""
        self.price.choices = [
            SelectChoice(price.id, label(price), optgroup=price.product.name)
            for price in prices_for(customer)
        ]
        self.has_payment_method = PaymentMethod.default_of(customer) is not None
        if not self.has_payment_method:
            self.collection.data = self.collection.data or SENT
        self.collection.data = self.collection.data or usual_collection(customer.merchant)
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if self.collection.data == CHARGED and not self.has_payment_method:
            billing_fields.refuse(self.collection, _("This customer has no payment method yet."))
            return False
        return valid


@bp.get("")
def index() -> Any:
    status = request.args.get("status", "")
    search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    return render_page(
        "dashboard/subscriptions/index.html",
        fragment="subscriptions",
        part=subscription_items(
            the_merchant(), status=status, search=search, after=request.args.get("after", "")
        ),
        filters=[(name, _filter_label(name)) for name in SUBSCRIPTION_FILTERS],
        chosen_status=status if status in SUBSCRIPTION_FILTERS else "",
        search=search,
        is_continued=bool(request.args.get("after")),
    )


@bp.get("/new")
def new() -> Any:
    if not request.args.get("customer_id"):
        return customer_choice.choose(
            _("New subscription"),
            "dashboard.subscriptions.new",
            back_url=url_for("dashboard.subscriptions.index"),
            back_label=_("Subscriptions"),
        )
    customer = the_customer(request.args["customer_id"])
    form = SubscriptionForm(request.args if "price" in request.args else None)
    return form_page(customer, form.offer(customer))


@bp.post("")
def create() -> Any:
    """Begin what was previewed, then collect its first invoice."""
    outcome = first_invoices.confirm(request.form.get("quote", ""), at=moment())
    if outcome is None:
        return see(
            url_for("dashboard.subscriptions.new"),
            _("The preview is too old. Please begin again."),
            "warning",
        )
    return outcome


@bp.get("/<subscription_id>")
def show(subscription_id: str) -> Any:
    subscription = the_subscription(subscription_id)
    return render_page(
        "dashboard/subscriptions/show.html",
        subscription=subscription,
        customer=subscription.customer,
        item=subscription.item,
        discounts=discounts.of_subscription(subscription, moment()),
        method=PaymentMethod.default_of(subscription.customer_id),
        invoices=list(Invoice.issued().where(Invoice.subscription == subscription).limit(RECENT)),
        activity=list(
            Event.select()
            .where((Event.merchant == the_merchant()) & (Event.object_id == subscription.id))
            .order_by(Event.id.desc())
            .limit(RECENT)
        ),
    )


def prices_for(customer: Customer) -> list[Price]:
    """Active recurring prices of active products, in the customer's currency if it has one."""
    query = (
        Price.select(Price, Product)
        .join(Product)
        .where(
            (Price.merchant == the_merchant())
            & Price.interval.is_null(False)
            & Price.archived_at.is_null()
            & Product.archived_at.is_null()
        )
        .order_by(Product.name, Product.id, Price.id)
    )
    if customer.currency:
        query = query.where(Price.currency == customer.currency)
    return list(query)


def label(price: Price) -> str:
    """ "Newsletter · €19.00 per month · internal nickname"."""
    words = f"{price.product.name} · {per_interval(money(price.amount(1)), price)}"
    return f"{words} · {price.nickname}" if price.nickname else words


def form_page(customer: Customer, form: SubscriptionForm, status: int = 200) -> Any:
    return render_page(
        "dashboard/subscriptions/new.html",
        status=status,
        customer=customer,
        form=form,
        method=PaymentMethod.default_of(customer),
    )


def _filter_label(name: str) -> Any:
    return ENDING_LABEL[0] if name == ENDING else SUBSCRIPTION_STATUS[name][0]
