"""The catalogue: what the merchant sells."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from peewee import JOIN, ModelSelect, fn

from portal.billing.errors import BillingError
from portal.billing.merchants import Merchant
from portal.billing.products import Price, Product
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscriptions import Subscription
from portal.billing.tax_codes import DEFAULT_TAX_CODE
from portal.database import write
from portal.ids import new_id
from portal.images import ImageRefused, remove_image
from portal.web.dashboard import price_preview
from portal.web.dashboard.listing import chosen, page_of, searched
from portal.web.dashboard.product_form import (
    IMAGE,
    TAX_CODE_LABELS,
    NewProductForm,
    ProductForm,
    image_words,
    keep_picture,
    stored,
)
from portal.web.dashboard.scope import the_merchant, the_product
from portal.web.errors import refusal
from portal.web.limits import accepts_upload
from portal.web.pages import render_page, see
from portal.web.price_words import amount_words, price_words
from portal.web.tier_words import tier_words
from portal.web.zone import moment

bp = Blueprint("products", __name__, url_prefix="/products")
bp.add_app_template_filter(price_words, "price_words")
bp.add_app_template_filter(amount_words, "amount_words")

STATES = ("active", "archived", "all")


@bp.get("")
def index() -> Any:
    state = chosen("state", STATES)
    products, more_url = page_of(catalogue(the_merchant(), state, searched()), Product)
    return render_page(
        "dashboard/products/index.html",
        fragment="products",
        products=products,
        prices=prices_of(products),
        running=running_of(Price.product, products),
        more_url=more_url,
        state=state,
        states=STATES,
        search=searched(),
        is_continued="after" in request.args,
    )


@bp.get("/<product_id>")
def show(product_id: str) -> Any:
    product = the_product(product_id)
    prices = list(product.prices.order_by(Price.archived_at.is_null(False), Price.id.desc()))
    return render_page(
        "dashboard/products/show.html",
        product=product,
        prices=prices,
        running=running_of(Price.id, prices),
        tiers={price.id: tier_words(price) for price in prices},
        tax_code_label=TAX_CODE_LABELS.get(product.tax_code or DEFAULT_TAX_CODE, ""),
    )


@bp.get("/new")
def new() -> Any:
    return _new_page(NewProductForm().offer(the_merchant().currency))


@bp.post("")
@accepts_upload
def create() -> Any:
    merchant = the_merchant()
    form = NewProductForm().offer(merchant.currency)
    if "add_tier" in request.form:
        form.add_tier()
        return _new_page(form, fragment="tiers")
    if "preview" in request.form:
        form.reads_as_price()
        return _new_page(form, fragment="preview")
    if form.validate():
        try:
            product = _publish(merchant, form)
        except ImageRefused as refused:
            form.image.errors = [image_words(refused)]
        except BillingError as refused:
            form.form_errors.append(refusal(refused))
        else:
            url = url_for("dashboard.products.show", product_id=product.id)
            return see(url, _("%(name)s is in your catalogue.", name=product.name))
    return _new_page(form, status=422)


@bp.get("/<product_id>/edit")
def edit(product_id: str) -> Any:
    product = the_product(product_id)
    form = ProductForm().fill(**stored(product))
    return render_page("dashboard/products/edit.html", product=product, form=form)


@bp.post("/<product_id>")
@accepts_upload
def update(product_id: str) -> Any:
    product = the_product(product_id)
    form = ProductForm()
    if form.validate():
        try:
            _change(product, form)
        except ImageRefused as refused:
            form.image.errors = [image_words(refused)]
        else:
            url = url_for("dashboard.products.show", product_id=product.id)
            return see(url, _("Saved. Documents already issued keep their words."))
    return render_page("dashboard/products/edit.html", status=422, product=product, form=form)


@bp.post("/<product_id>/deletion")
def destroy(product_id: str) -> Any:
    product = the_product(product_id)
    product.delete_unused(at=moment())
    return see(url_for("dashboard.products.index"), _("%(name)s is deleted.", name=product.name))


def catalogue(merchant: Merchant, state: str, search: str) -> ModelSelect:
    """The merchant's products by state and name, newest first."""
    query = Product.select().where(Product.merchant == merchant).order_by(Product.id.desc())
    if state == "active":
        query = query.where(Product.archived_at.is_null())
    elif state == "archived":
        query = query.where(Product.archived_at.is_null(False))
    if search:
        query = query.where(fn.LOWER(Product.name).contains(search.lower()))
    return query


def prices_of(products: list[Product]) -> dict[str, list[Price]]:
    """The prices still sold, by product, in one query."""
    found: dict[str, list[Price]] = {product.id: [] for product in products}
    sold = Price.product.in_(list(found)) & Price.archived_at.is_null()
    for price in Price.select().where(sold).order_by(Price.id):
        found[price.product_id].append(price)
    return found


def running_of(column: Any, records: list[Any]) -> dict[str, int]:
    """How many subscriptions run on each product or price, in one query."""
    query = (
        SubscriptionItem.select(column, fn.COUNT(SubscriptionItem.id))
        .join_from(SubscriptionItem, Price, JOIN.INNER)
        .join_from(SubscriptionItem, Subscription, JOIN.INNER)
        .where(column.in_([r.id for r in records]) & Subscription.status.in_(Subscription.LIVE))
        .group_by(column)
    )
    return dict(query.tuples()) if records else {}


def _publish(merchant: Merchant, form: NewProductForm) -> Product:
    at = moment()
    product_id = new_id(Product.PREFIX, at)
    with write():
        picture = keep_picture(merchant, product_id, form.checked_image)
        return Product.publish(
            merchant, [form.given], at=at, id=product_id, **form.product, **picture
        )


def _change(product: Product, form: ProductForm) -> None:
    with write():
        picture = keep_picture(product.merchant, product.id, form.checked_image)
        if form.removes_image.data and not picture:
            remove_image(product.merchant, IMAGE, product.id)
            picture = {"image": ""}
        product.change(at=moment(), **form.product, **picture)


def _new_page(form: NewProductForm, fragment: str | None = None, status: int = 200) -> Any:
    price = getattr(form, "price", None)
    return render_page(
        "dashboard/products/new.html",
        fragment=fragment,
        status=status,
        form=form,
        action=url_for("dashboard.products.create"),
        product_name=form.name.data or "",
        preview=price_preview.preview(price, form.unit_label.data or ""),
    )
