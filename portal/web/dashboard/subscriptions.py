"""Subscriptions: the list, a new one after a preview, and the page of one."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from portal.billing import discounts
from portal.billing.contract_terms import next_possible_end, terms_of
from portal.billing.coupons import Coupon
from portal.billing.customers import LONGEST_SEARCH, Customer
from portal.billing.events import Event
from portal.billing.invoices import Invoice
from portal.billing.listings import ENDING, SUBSCRIPTION_FILTERS, subscription_items
from portal.billing.payment_methods import PaymentMethod
from portal.billing.products import Price, Product
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscribing import usual_collection
from portal.billing.subscription_status import CollectionMethod, TrialEndAction
from portal.web.coupon_words import coupon_words
from portal.web.dashboard import billing_fields, customer_choice, first_invoices
from portal.web.dashboard.scope import the_customer, the_merchant, the_subscription
from portal.web.dashboard.subscription_dates import next_date
from portal.web.forms import Day, Form
from portal.web.labels import ENDING as ENDING_LABEL
from portal.web.labels import SUBSCRIPTION_STATUS, per_interval
from portal.web.pages import money, render_page, see
from portal.web.plan_words import plan
from portal.web.zone import moment

bp = Blueprint("subscriptions", __name__, url_prefix="/subscriptions")
bp.add_app_template_filter(next_date)
CHARGED, SENT = CollectionMethod.CHARGE_AUTOMATICALLY, CollectionMethod.SEND_INVOICE
RECENT = 10
MOST_COUPONS = 100


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
    free_until = Day(_l("Billing begins on"), validators=[Optional()])
    trial_end_action = SelectField(
        _l("If nothing can be charged when the trial ends"),
        choices=[
            SelectChoice(TrialEndAction.INVOICE, _l("Issue the invoice and ask for payment")),
            SelectChoice(TrialEndAction.PAUSE, _l("Pause the subscription")),
            SelectChoice(TrialEndAction.CANCEL, _l("End the subscription")),
        ],
    )
    coupon = SelectField(_l("Coupon"))
    minimum_term_months = billing_fields.minimum_term()
    notice_days = billing_fields.notice_days()

    def offer(self, customer: Customer) -> "SubscriptionForm":
        """The prices that this customer can subscribe to, and how they can pay."""
        self.price.choices = [
            SelectChoice(price.id, label(price), optgroup=price.product.name)
            for price in prices_for(customer)
        ]
        self.coupon.choices = [SelectChoice("", _("No coupon")), *coupons_for(customer)]
        self.coupon.data = self.coupon.data or ""
        self.trial_end_action.data = self.trial_end_action.data or TrialEndAction.INVOICE
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
        if self.free_until.data and self.free_until.data <= the_merchant().day(moment()):
            billing_fields.refuse(self.free_until, _("Choose a day in the future."))
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
    change = ScheduledChange.coming_of(subscription)
    return render_page(
        "dashboard/subscriptions/show.html",
        subscription=subscription,
        customer=subscription.customer,
        item=subscription.item,
        terms=terms_of(subscription),
        can_end_at=next_possible_end(subscription, moment()),
        discounts=discounts.of_subscription(subscription, moment()),
        change=change,
        planned=plan(change.price, change.quantity) if change else "",
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


def coupons_for(customer: Customer) -> list[SelectChoice]:
    """Coupons that can be given now, in the customer's currency if it has one."""
    found = Coupon.givable(the_merchant(), moment()).limit(MOST_COUPONS)
    return [
        SelectChoice(coupon.id, f"{coupon.name} · {coupon_words(coupon)}")
        for coupon in found
        if not (coupon.currency and customer.currency and coupon.currency != customer.currency)
    ]


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
