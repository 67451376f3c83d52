"""Choosing a plan: a card a product, its prices, how many, and a promotion code."""

from functools import partial
from typing import Any, NamedTuple, Self

from flask import abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from portal.billing.coupons import PromotionCode
from portal.billing.customers import Customer
from portal.billing.money import MAX_QUANTITY
from portal.billing.periods import Interval
from portal.billing.products import Price
from portal.billing.resubscribing import trial_days_for
from portal.billing.subscription_items import SubscriptionItem
from portal.selfservice import plan_options
from portal.selfservice.plan_options import Limits, Offer
from portal.web.customer.code_guesses import typed_code
from portal.web.customer.scope import my_configuration, my_merchant
from portal.web.forms import Form, TextLine, WholeNumber
from portal.web.labels import every
from portal.web.pages import render_page
from portal.web.price_words import price_words
from portal.web.tier_words import tier_note, tier_words


class PlanForm(Form):
    """Sent by GET: it only leads to a preview."""

    class Meta(Form.Meta):
        csrf = False

    price = RadioField(_l("Plan"), validators=[InputRequired(_l("Choose a plan."))])
    quantity = WholeNumber(_l("Quantity"))
    code = TextLine(
        _l("Promotion code"),
        validators=[Length(max=60, message=_l("Promotion codes are shorter than that."))],
    )
    offers: list[Offer]
    limits: Limits

    @classmethod
    def for_item(cls, item: SubscriptionItem, given: MultiDict[str, str] | None = None) -> Self:
        """The plans of this subscription; what it has now is chosen until something else is."""
        usual = {"price": item.price_id, "quantity": item.quantity}
        form = cls(formdata=given, data=usual)
        form.offer(plan_options.plan_offers(item, my_configuration()))
        if form.quantity.data is None and not form.quantity.errors:
            form.quantity.data = item.quantity
        return form

    def offer(self, offers: list[Offer]) -> None:
        self.offers = offers
        self.price.choices = [
            SelectChoice(price.id, price.product.name) for offer in offers for price in offer.prices
        ]

    def validate_quantity(self, field: Any) -> None:
        if field.data is not None and not 1 <= field.data <= MAX_QUANTITY:
            raise ValidationError(_("Enter a number between 1 and 999,999."))


class PriceChoice(NamedTuple):
    """A price on a product's card."""

    price: Price
    field: Any
    words: str
    tiers: list[str]
    tier_note: str
    is_current: bool
    trial: str


def choice_page(
    item: SubscriptionItem, form: PlanForm, status: int = 200, problem: str = ""
) -> Any:
    configuration, interval = my_configuration(), request.args.get("interval", "")
    return render_page(
        "customer/plan_changes/new.html",
        status=status,
        item=item,
        subscription=item.subscription,
        form=form,
        problem=problem,
        options=configuration,
        limits=plan_options.limits_of(configuration, item.price.product_id),
        intervals=intervals_of(item, form.offers, interval),
        cards=[
            (offer.product, choices_of(form, offer, item.price_id))
            for offer in _only(form.offers, interval)
        ],
    )


def choices_of(
    form: PlanForm, offer: Offer, current_id: str = "", customer: Customer | None = None
) -> list[PriceChoice]:
    """The prices of a card; to a `customer` who begins it is said what can be tried."""
    fields = {option.data: option for option in form.price}
    return [
        PriceChoice(
            price=price,
            field=fields[price.id],
            words=price_words(price, offer.product.unit_label),
            tiers=tier_words(price),
            tier_note=tier_note(price),
            is_current=price.id == current_id,
            trial=_trial(price, customer) if customer else "",
        )
        for price in offer.prices
    ]


def _trial(price: Price, customer: Customer) -> str:
    days = trial_days_for(customer, price) if price.trial_days else 0
    return ngettext("%(num)s day free", "%(num)s days free", days) if days else ""


def intervals_of(item: SubscriptionItem, offers: list[Offer], chosen: str) -> list[Any]:
    """Links that show only plans of one interval; none where all have the same."""
    prices = sorted((price for offer in offers for price in offer.prices), key=_length)
    found = {_interval(price): every(price) for price in prices}
    if len(found) < 2:
        return []
    address = partial(url_for, "customer.plan_changes.new", subscription_id=item.subscription_id)
    links = [(address(interval=key), words, key == chosen) for key, words in found.items()]
    return [(address(), _("All"), chosen not in found), *links]


def _length(price: Price) -> tuple[int, int]:
    return list(Interval).index(price.interval), price.interval_count


def _interval(price: Price) -> str:
    return f"{price.interval}-{price.interval_count}"


def _only(offers: list[Offer], chosen: str) -> list[Offer]:
    """What is left of the offers with one interval; all of them where none has it."""
    left = [
        Offer(offer.product, [price for price in offer.prices if _interval(price) == chosen])
        for offer in offers
    ]
    return [offer for offer in left if offer.prices] or offers


def chosen_price(item: SubscriptionItem, chosen: PlanForm | str) -> Price:
    """A price of the merchant's; whether it is offered is the configuration's to say."""
    price_id = chosen if isinstance(chosen, str) else chosen.price.data
    if price_id == item.price_id:
        return item.price
    mine = (Price.id == price_id) & (Price.merchant == my_merchant())
    return Price.get_or_none(mine) or abort(404)


def chosen_code(form: PlanForm) -> PromotionCode | None:
    """Raises `PromotionCodeUnknown`, and `NotOffered` where codes are not taken here."""
    if not form.code.data:
        return None
    my_configuration().require("allows_promotion_codes")
    return typed_code(form.code.data)
