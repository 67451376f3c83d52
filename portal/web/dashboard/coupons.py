"""Coupons: the list, a new one, and the page of one with its promotion codes."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from peewee import JOIN, ModelSelect, fn

from portal.billing.coupons import Coupon, PromotionCode
from portal.billing.customers import Customer
from portal.billing.merchants import Merchant
from portal.billing.products import Product
from portal.web.coupon_words import coupon_words, discount_words
from portal.web.dashboard.coupon_form import CouponForm
from portal.web.dashboard.listing import chosen, page_of, searched
from portal.web.dashboard.scope import the_coupon, the_merchant
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("coupons", __name__, url_prefix="/coupons")
bp.add_app_template_filter(coupon_words, "coupon_words")
bp.add_app_template_filter(discount_words, "discount_words")

STATES = ("active", "archived", "all")
MOST_CODES = 100


@bp.app_template_filter("last_day")
def last_day(end: datetime | None) -> datetime | None:
    """The last day that something counts which is kept as the moment after it."""
    return end and end - timedelta(microseconds=1)


@bp.get("")
def index() -> Any:
    state = chosen("state", STATES)
    found, more_url = page_of(coupons_of(the_merchant(), state, searched()), Coupon)
    return render_page(
        "dashboard/coupons/index.html",
        fragment="coupons",
        coupons=found,
        codes=code_counts(found),
        more_url=more_url,
        state=state,
        search=searched(),
        at=moment(),
        is_continued="after" in request.args,
    )


@bp.get("/<coupon_id>")
def show(coupon_id: str) -> Any:
    coupon = the_coupon(coupon_id)
    return render_page(
        "dashboard/coupons/show.html",
        coupon=coupon,
        products=products_of(coupon),
        codes=codes_of(coupon),
        at=moment(),
    )


@bp.get("/new")
def new() -> Any:
    return _new_page(CouponForm().offer(the_merchant()))


@bp.post("")
def create() -> Any:
    merchant = the_merchant()
    form = CouponForm().offer(merchant)
    if not form.validate():
        return _new_page(form, status=422)
    coupon = Coupon.publish(merchant, at=moment(), **form.given)
    url = url_for("dashboard.coupons.show", coupon_id=coupon.id)
    return see(url, _("%(name)s can be given from now on.", name=coupon.name))


def coupons_of(merchant: Merchant, state: str, search: str) -> ModelSelect:
    """The merchant's coupons by state and name, newest first."""
    query = Coupon.select().where(Coupon.merchant == merchant).order_by(Coupon.id.desc())
    if state != "all":
        query = query.where(Coupon.archived_at.is_null(state == "active"))
    if search:
        query = query.where(fn.LOWER(Coupon.name).contains(search.lower()))
    return query


def code_counts(coupons: list[Coupon]) -> dict[str, int]:
    """How many codes each has that are accepted, in one query."""
    theirs = PromotionCode.coupon.in_([coupon.id for coupon in coupons])
    query = (
        PromotionCode.select(PromotionCode.coupon, fn.COUNT(PromotionCode.id))
        .where(theirs & PromotionCode.archived_at.is_null())
        .group_by(PromotionCode.coupon)
    )
    return dict(query.tuples()) if coupons else {}


def products_of(coupon: Coupon) -> list[Product]:
    """Those that it reduces; empty where it reduces all."""
    if not coupon.products:
        return []
    listed = Product.id.in_(coupon.products)
    return list(Product.select().where((Product.merchant == coupon.merchant_id) & listed))


def codes_of(coupon: Coupon) -> list[PromotionCode]:
    """The newest codes, those that are accepted first."""
    return list(
        PromotionCode.select(PromotionCode, Customer)
        .join(Customer, JOIN.LEFT_OUTER)
        .where(PromotionCode.coupon == coupon)
        .order_by(PromotionCode.archived_at.is_null(False), PromotionCode.id.desc())
        .limit(MOST_CODES)
    )


def _new_page(form: CouponForm, status: int = 200) -> Any:
    return render_page("dashboard/coupons/new.html", status=status, form=form)
