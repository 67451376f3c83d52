"""Customers: the list with its search, and the page of one."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from peewee import ModelSelect, fn

from portal.billing import discounts
from portal.billing.credit_notes import CreditNote
from portal.billing.customer_balances import CustomerBalanceTransaction
from portal.billing.customer_tax_ids import tax_ids_of
from portal.billing.customers import Customer
from portal.billing.events import Event
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.payment_methods import PaymentMethod
from portal.billing.products import Price, Product
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscriptions import Subscription
from portal.selfservice.login_links import LoginLink
from portal.selfservice.portal_sessions import change_customer
from portal.web.dashboard.customer_form import CustomerForm, form_for
from portal.web.dashboard.listing import chosen, page_of, searched
from portal.web.dashboard.scope import the_customer, the_merchant
from portal.web.pages import render_page, see
from portal.web.settings import absolute
from portal.web.zone import moment

bp = Blueprint("customers", __name__, url_prefix="/customers")

FILTERS = ("all", "subscribed", "unsubscribed")
RECENT = 10


@bp.get("")
def index() -> Any:
    shown = chosen("show", FILTERS)
    customers, more_url = page_of(found(the_merchant(), searched(), shown), Customer)
    return render_page(
        "dashboard/customers/index.html",
        fragment="customers",
        customers=customers,
        subscriptions=live_subscriptions(customers),
        more_url=more_url,
        search=searched(),
        shown=shown,
        is_continued="after" in request.args,
    )


@bp.get("/<customer_id>")
def show(customer_id: str) -> Any:
    customer = the_customer(customer_id)
    link = LoginLink.active_of_merchant(the_merchant())
    mine = Event.select().where(Event.merchant == the_merchant(), Event.customer_id == customer.id)
    return render_page(
        "dashboard/customers/show.html",
        customer=customer,
        items=items_of(customer),
        discounts=discounts.of_customer(customer, moment()),
        invoices=list(Invoice.issued().where(Invoice.customer == customer).limit(RECENT)),
        credit_notes=list(CreditNote.of_customer(customer).limit(RECENT)),
        movements=list(CustomerBalanceTransaction.of(customer).limit(3)),
        methods=list(PaymentMethod.of(customer)),
        tax_ids=tax_ids_of(customer),
        activity=list(mine.order_by(Event.id.desc()).limit(RECENT)),
        link_url=absolute(link.path(customer.email)) if link else "",
    )


@bp.get("/new")
def new() -> Any:
    return form_page(form_for(None, the_merchant().country), None)


@bp.post("")
def create() -> Any:
    merchant = the_merchant()
    form = form_for(None, merchant.country)
    if part := request.form.get("refresh"):
        return form_page(form, None, fragment=part)
    if not is_well(form, None):
        return form_page(form, None, status=422)
    customer = Customer.register(merchant, at=moment(), **form.values())
    url = url_for("dashboard.customers.show", customer_id=customer.id)
    return see(url, _("%(name)s is added.", name=customer.display_name))


@bp.get("/<customer_id>/edit")
def edit(customer_id: str) -> Any:
    customer = the_customer(customer_id)
    return form_page(form_for(customer, the_merchant().country), customer)


@bp.post("/<customer_id>")
def update(customer_id: str) -> Any:
    customer = the_customer(customer_id)
    form = form_for(customer, the_merchant().country)
    if part := request.form.get("refresh"):
        return form_page(form, customer, fragment=part)
    if not is_well(form, customer):
        return form_page(form, customer, status=422)
    change_customer(customer, at=moment(), **form.values())
    url = url_for("dashboard.customers.show", customer_id=customer.id)
    return see(url, _("Saved. Documents already issued stay as they are."))


def found(merchant: Merchant, search: str, shown: str) -> ModelSelect:
    """Customers by search and by whether a subscription runs, newest first."""
    query = Customer.matching(merchant, search)
    if shown == "all":
        return query
    running = Subscription.live().where(Subscription.customer == Customer.id)
    return query.where(fn.EXISTS(running) if shown == "subscribed" else ~fn.EXISTS(running))


def live_subscriptions(customers: list[Customer]) -> dict[str, int]:
    """How many subscriptions run for each, in one query."""
    if not customers:
        return {}
    counted = (
        Subscription.live()
        .select(Subscription.customer, fn.COUNT(Subscription.id))
        .where(Subscription.customer.in_([customer.id for customer in customers]))
        .group_by(Subscription.customer)
    )
    return dict(counted.tuples())


def items_of(customer: Customer) -> list[SubscriptionItem]:
    """The customer's newest subscriptions, each with price and product."""
    return list(
        SubscriptionItem.select(SubscriptionItem, Subscription, Price, Product)
        .join_from(SubscriptionItem, Subscription)
        .join_from(SubscriptionItem, Price)
        .join_from(Price, Product)
        .where(Subscription.customer == customer)
        .order_by(Subscription.id.desc())
        .limit(RECENT)
    )


def is_well(form: CustomerForm, customer: Customer | None) -> bool:
    """Whether it can be saved; everything that stands against it is said at once."""
    has_shape = form.validate()
    return is_meant(form, customer) and has_shape


def is_meant(form: CustomerForm, customer: Customer | None) -> bool:
    """Whether an address that another customer has was entered on purpose."""
    if form.same_email.data or (customer and customer.email == form.email.data):
        return True
    if not others_with(form, customer):
        return True
    form.same_email.errors = [_("Another customer has this address already. Is that intended?")]
    return False


def others_with(form: CustomerForm, customer: Customer | None) -> list[Customer]:
    """Other customers of the address that was typed."""
    query = Customer.with_email(the_merchant(), form.email.data or "")
    if customer:
        query = query.where(Customer.id != customer.id)
    return list(query.limit(5))


def form_page(
    form: CustomerForm, customer: Customer | None, status: int = 200, fragment: str | None = None
) -> Any:
    url = "dashboard.customers.update" if customer else "dashboard.customers.create"
    asks = bool(form.same_email.errors or form.same_email.data)
    return render_page(
        "dashboard/customers/form.html",
        fragment=fragment if fragment in {"address", "shipping_address"} else None,
        status=status,
        form=form,
        customer=customer,
        action=url_for(url, customer_id=customer.id if customer else None),
        others=others_with(form, customer) if asks else [],
    )
