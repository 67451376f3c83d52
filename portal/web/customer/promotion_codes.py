"""A promotion code for a subscription that is there already."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, Length

from portal.billing import discounts, promotion_codes
from portal.billing.errors import BillingError, SubscriptionEnded
from portal.billing.subscription_items import SubscriptionItem
from portal.web.coupon_words import discount_words
from portal.web.customer import drafts
from portal.web.customer.code_guesses import typed_code
from portal.web.customer.once import once
from portal.web.customer.scope import me, my_configuration, my_subscription_item
from portal.web.errors import refusal
from portal.web.forms import Form, TextLine
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint(
    "promotion_codes", __name__, url_prefix="/subscriptions/<subscription_id>/promotion-code"
)
LONGEST_TYPED = 60


class CodeForm(Form):
    code = TextLine(
        _l("Promotion code"),
        validators=[
            InputRequired(_l("Enter the code.")),
            Length(max=LONGEST_TYPED, message=_l("This is too long.")),
        ],
    )


@bp.get("/new")
def new(subscription_id: str) -> Any:
    item = my_subscription_item(subscription_id)
    my_configuration().require("allows_promotion_codes")
    if not item.subscription.is_live:
        return see(url_for("customer.subscriptions.show", subscription_id=subscription_id))
    form = CodeForm()
    drafts.restore(form)
    return _form_page(item, form)


@bp.post("")
def create(subscription_id: str) -> Any:
    item = my_subscription_item(subscription_id)
    my_configuration().require("allows_promotion_codes")
    if not item.subscription.is_live:
        raise SubscriptionEnded
    form = CodeForm()
    if not form.validate_on_submit():
        return _form_page(item, form, status=422)
    try:
        code = typed_code(form.code.data)
        once(lambda: promotion_codes.redeem(code, me(), item.subscription, at=moment()))
    except BillingError as refused:
        form.code.errors = [refusal(refused)]
        return _form_page(item, form, status=422)
    discount = discounts.of(item.subscription, moment())
    return see(
        url_for("customer.subscriptions.show", subscription_id=subscription_id),
        _("The code counts: %(discount)s.", discount=discount_words(discount) if discount else ""),
    )


def _form_page(item: SubscriptionItem, form: CodeForm, status: int = 200) -> Any:
    return render_page(
        "customer/promotion_codes/new.html",
        fragment="promotion_code",
        status=status,
        subscription=item.subscription,
        product=item.price.product,
        form=form,
        earlier=discounts.of(item.subscription, moment()),
    )
