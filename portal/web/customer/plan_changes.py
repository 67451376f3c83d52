"""Another plan or quantity: chosen, shown with all that it costs, then confirmed."""

from datetime import datetime
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from portal.billing.coupons import PromotionCode
from portal.billing.errors import BillingError
from portal.billing.plan_changes import change
from portal.billing.plan_errors import QuantityNotOffered, QuoteOutdated
from portal.billing.plan_previews import require_changeable, work_out
from portal.billing.plan_quotes import PlanChange
from portal.billing.subscription_items import SubscriptionItem
from portal.formatting import number
from portal.selfservice import plan_options
from portal.selfservice.configurations import NotOffered
from portal.web.customer import quotes
from portal.web.customer.collecting import collect_now
from portal.web.customer.once import once
from portal.web.customer.plan_form import PlanForm, choice_page, chosen_code, chosen_price
from portal.web.customer.scope import my_configuration, my_subscription_item
from portal.web.errors import refusal
from portal.web.locale import language
from portal.web.pages import day, render_page, see
from portal.web.plan_words import preview_context
from portal.web.zone import moment

bp = Blueprint("plan_changes", __name__, url_prefix="/subscriptions/<subscription_id>/plan")


@bp.get("/new")
def new(subscription_id: str) -> Any:
    item = my_changeable(subscription_id)
    try:
        require_changeable(item.subscription, moment())
    except BillingError as error:
        location = url_for("customer.subscriptions.show", subscription_id=subscription_id)
        return see(location, refusal(error), "warning")
    given = request.args if "price" in request.args else None
    return choice_page(item, PlanForm.for_item(item, given))


@bp.get("")
def show(subscription_id: str) -> Any:
    """The preview of what was chosen; wrong input leads back to the choice."""
    item, at = my_changeable(subscription_id), moment()
    if not request.args:
        return see(url_for(".new", subscription_id=subscription_id))
    form = PlanForm.for_item(item, request.args)
    if not form.validate():
        return choice_page(item, form, status=422)
    try:
        wanted = plan_options.wanted(
            item,
            my_configuration(),
            chosen_price(item, form),
            form.quantity.data or item.quantity,
            chosen_code(form),
        )
        return preview_page(item, work_out(item.subscription, wanted, at), at)
    except NotOffered:
        raise
    except QuantityNotOffered as error:
        form.quantity.errors = [quantity_words(error)]
        return choice_page(item, form, status=422)
    except BillingError as error:
        if error.code.startswith("promotion_code"):
            form.code.errors = [refusal(error)]
            return choice_page(item, form, status=422)
        return choice_page(item, form, status=409, problem=refusal(error))


@bp.post("")
def create(subscription_id: str) -> Any:
    """Do what was quoted; where the world has changed since, show what it would be now."""
    item, at = my_changeable(subscription_id), moment()
    quote = quotes.take(subscription_id, request.form.get("quote", ""))
    if quote is None:
        words = _("The preview was more than ten minutes old. Please choose again.")
        return see(url_for(".new", subscription_id=subscription_id), words, "warning")
    wanted = plan_options.wanted(
        item,
        my_configuration(),
        chosen_price(item, quote["price"]),
        quote["quantity"],
        PromotionCode.get_or_none(PromotionCode.id == quote["code"]),
    )
    done = []
    try:
        once(
            lambda: done.append(
                change(
                    item.subscription,
                    wanted,
                    at=at,
                    quoted_at=datetime.fromisoformat(quote["at"]),
                    fingerprint=quote["fingerprint"],
                )
            )
        )
    except QuoteOutdated:
        item = my_changeable(subscription_id)
        return preview_page(
            item, work_out(item.subscription, wanted, at), at, status=409, is_new=True
        )
    location = url_for("customer.subscriptions.show", subscription_id=subscription_id)
    if not done:
        return see(location)
    return collect_now(done[0].invoice, location, words_of(done[0].change))


def my_changeable(subscription_id: str) -> SubscriptionItem:
    """One of my subscriptions, where the merchant lets customers change something of it."""
    item = my_subscription_item(subscription_id)
    plan_options.require_choice(my_configuration())
    return item


def preview_page(
    item: SubscriptionItem,
    found: PlanChange,
    at: datetime,
    status: int = 200,
    *,
    is_new: bool = False,
) -> Any:
    wanted, code = found.wanted, found.wanted.promotion_code
    return render_page(
        "customer/plan_changes/show.html",
        status=status,
        item=item,
        subscription=item.subscription,
        found=found,
        is_new=is_new,
        quote=quotes.give(
            item.subscription_id,
            at=at,
            price=wanted.price.id,
            quantity=wanted.quantity,
            code=code.id if code else "",
            fingerprint=found.fingerprint,
        ),
        **preview_context(item, found),
    )


def quantity_words(error: QuantityNotOffered) -> str:
    return _(
        "Enter a number between %(least)s and %(most)s.",
        least=number(error.details["least"], language()),
        most=number(error.details["most"], language()),
    )


def words_of(found: PlanChange) -> str:
    """What was done, in one sentence."""
    name = found.wanted.price.product.name
    if not found.is_at_once:
        return _(
            "Your plan changes to %(product)s on %(date)s.",
            product=name,
            date=day(found.takes_effect_at),
        )
    return _("Your plan is changed: %(product)s.", product=name)
