"""Subscribing to something new: what is offered, what it costs, and beginning it."""

from typing import Any

from flask import Blueprint, abort, request, url_for

from portal.billing.errors import BillingError
from portal.billing.products import Price
from portal.selfservice import plan_options
from portal.selfservice.configurations import NotOffered
from portal.web.customer import beginnings
from portal.web.customer.plan_form import PlanForm, choices_of
from portal.web.customer.scope import me, my_configuration, my_merchant
from portal.web.errors import refusal
from portal.web.pages import render_page, see

bp = Blueprint("subscribing", __name__, url_prefix="/subscribe")


@bp.get("")
def index() -> Any:
    return choice_page(form_for())


@bp.get("/preview")
def show() -> Any:
    my_configuration().require("allows_subscribing")
    if not request.args:
        return see(url_for(".index"))
    form = form_for(request.args)
    if not form.validate():
        return choice_page(form, status=422)
    price, quantity = my_price(form.price.data), form.quantity.data or 1
    try:
        plan_options.require_subscribable(my_configuration(), price, quantity)
        return beginnings.preview_page(price, quantity, **pages())
    except NotOffered:
        raise
    except BillingError as error:
        return choice_page(form, status=409, problem=refusal(error))


@bp.post("")
def create() -> Any:
    my_configuration().require("allows_subscribing")
    quote = beginnings.taken()
    if quote is None or quote["earlier"]:
        return beginnings.too_old(url_for(".index"))
    price = my_price(quote["price"])
    plan_options.require_subscribable(my_configuration(), price, quote["quantity"])
    return beginnings.confirm(price, quote, **pages())


def form_for(given: Any = None) -> PlanForm:
    configuration = my_configuration()
    configuration.require("allows_subscribing")
    form = PlanForm(formdata=given)
    form.offer(plan_options.subscribe_offers(me(), configuration))
    if form.quantity.data is None and not form.quantity.errors:
        form.quantity.data = 1
    return form


def choice_page(form: PlanForm, status: int = 200, problem: str = "") -> Any:
    mine = plan_options.subscribed_products(me())
    return render_page(
        "customer/subscribing/index.html",
        status=status,
        form=form,
        problem=problem,
        options=my_configuration(),
        cards=[
            (offer.product, choices_of(form, offer, customer=me()))
            for offer in form.offers
            if offer.product.id not in mine
        ],
    )


def my_price(price_id: str) -> Price:
    """A price of the merchant's; whether it can be begun is the configuration's to say."""
    mine = (Price.id == price_id) & (Price.merchant == my_merchant())
    return Price.get_or_none(mine) or abort(404)


def pages() -> dict[str, Any]:
    return {"action": url_for(".create"), "back": url_for(".index")}
