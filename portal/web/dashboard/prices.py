"""Prices of a product. Amount, currency and interval are fixed once a price is made."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import Length

from portal.billing.errors import BillingError
from portal.billing.products import Product
from portal.web.dashboard import price_preview
from portal.web.dashboard.price_form import PriceForm
from portal.web.dashboard.scope import the_merchant, the_price, the_product
from portal.web.errors import refusal
from portal.web.forms import Form, NoCardNumber, TextLine
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("prices", __name__)


class NicknameForm(Form):
    nickname = TextLine(_l("Nickname"), validators=[Length(max=250), NoCardNumber()])


@bp.get("/products/<product_id>/prices/new")
def new(product_id: str) -> Any:
    product = the_product(product_id)
    return _new_page(product, PriceForm().offer(the_merchant().currency))


@bp.post("/products/<product_id>/prices")
def create(product_id: str) -> Any:
    product = the_product(product_id)
    form = PriceForm().offer(the_merchant().currency)
    if "add_tier" in request.form:
        form.add_tier()
        return _new_page(product, form, fragment="tiers")
    if "preview" in request.form:
        form.reads_as_price()
        return _new_page(product, form, fragment="preview")
    if form.validate():
        try:
            product.add_price(at=moment(), **form.given)
        except BillingError as refused:
            form.lookup_key.errors = [refusal(refused)]
        else:
            return see(_product_url(product), _("The price is added."))
    return _new_page(product, form, status=422)


@bp.get("/prices/<price_id>/edit")
def edit(price_id: str) -> Any:
    price = the_price(price_id)
    form = NicknameForm().fill(nickname=price.nickname)
    return render_page("dashboard/prices/edit.html", price=price, product=price.product, form=form)


@bp.post("/prices/<price_id>")
def update(price_id: str) -> Any:
    price = the_price(price_id)
    form = NicknameForm()
    if form.validate():
        price.rename(nickname=form.nickname.data, at=moment())
        return see(_product_url(price.product), _("Saved."))
    return render_page(
        "dashboard/prices/edit.html", status=422, price=price, product=price.product, form=form
    )


def _product_url(product: Product) -> str:
    return url_for("dashboard.products.show", product_id=product.id)


def _new_page(
    product: Product, form: PriceForm, fragment: str | None = None, status: int = 200
) -> Any:
    return render_page(
        "dashboard/prices/new.html",
        fragment=fragment,
        status=status,
        form=form,
        product=product,
        product_name=product.name,
        action=url_for("dashboard.prices.create", product_id=product.id),
        preview=price_preview.preview(getattr(form, "price", None), product.unit_label),
    )
