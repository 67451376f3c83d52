"""What an offer to stay reads like: before it is accepted, and afterwards."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.billing import discounts, pausing
from portal.billing.estimates import estimate
from portal.billing.items import Item
from portal.billing.products import Price
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_items import SubscriptionItem
from portal.selfservice import retention
from portal.selfservice.retention_offers import OfferKind, OfferMade, RetentionOffer
from portal.web.coupon_words import coupon_words, discount_words
from portal.web.labels import per_interval
from portal.web.pages import day, money
from portal.web.plan_words import plan
from portal.web.price_words import price_words
from portal.web.tier_words import quantity_words


class Shown(NamedTuple):
    """A heading, what exactly would happen, and the button; `token` of what a plan's offer said."""

    title: str
    sentences: list[str]
    button: str
    token: str = ""


class Outcome(NamedTuple):
    """What has happened, and how it is undone."""

    title: str
    sentences: list[str]
    undo: str


def shown(offer: RetentionOffer, item: SubscriptionItem, at: datetime) -> Shown:
    match offer.kind:
        case OfferKind.DISCOUNT:
            return _discount(offer, item)
        case OfferKind.PAUSE:
            return _pause(offer, item, at)
    return _plan(offer, item, at)


def _discount(offer: RetentionOffer, item: SubscriptionItem) -> Shown:
    subscription = item.subscription
    period = Item.of_price(item.price, item.quantity)
    currency, ends = subscription.currency, subscription.current_period_end
    full, reduced = (
        estimate(subscription.customer, [period], currency=currency, at=ends, coupon=coupon).total
        for coupon in (None, offer.coupon)
    )
    return Shown(
        _("Stay, and pay less"),
        [
            _("We would like to keep you: %(discount)s.", discount=coupon_words(offer.coupon)),
            _(
                "Your next invoice on %(date)s would be %(reduced)s instead of %(full)s.",
                date=day(ends),
                reduced=money(reduced, currency),
                full=money(full, currency),
            ),
            _("Nothing else changes, and you can still cancel at any time."),
        ],
        _("Stay with the discount"),
    )


def _pause(offer: RetentionOffer, item: SubscriptionItem, at: datetime) -> Shown:
    months = offer.pause_months
    until = pausing.pause_end(item.subscription, months, at)
    return Shown(
        _("Take a break instead"),
        [
            ngettext(
                "Pause %(product)s for one month, until %(date)s.",
                "Pause %(product)s for %(num)s months, until %(date)s.",
                months,
                product=item.price.product.name,
                date=day(until),
            ),
            _("Nothing is billed meanwhile, and no day that you have paid for is lost."),
            _("After that it goes on by itself. You can go on sooner, or cancel, at any time."),
        ],
        _("Pause instead"),
    )


def _plan(offer: RetentionOffer, item: SubscriptionItem, at: datetime) -> Shown:
    change = retention.cheaper_plan(offer, item.subscription, at)
    return Shown(
        _("Keep it for less"),
        [
            *_offered_price(offer.price, item.quantity),
            _(
                "You would change on %(date)s. Until then everything stays as it is, "
                "and nothing is billed now.",
                date=day(change.takes_effect_at),
            ),
            *_several(offer.price, item.quantity),
            _(
                "Your next invoice on %(date)s would be %(amount)s.",
                date=day(change.next_date),
                amount=money(change.amount_next, change.currency),
            ),
        ],
        _("Change to this plan"),
        retention.shown_of(change),
    )


def _offered_price(price: Price, quantity: int) -> list[str]:
    """What one costs, where it is one: of several, only what they come to is said."""
    if quantity > 1:
        return []
    words = price_words(price, price.product.unit_label)
    return [_("%(product)s is %(price)s.", product=price.product.name, price=words)]


def _several(price: Price, quantity: int) -> list[str]:
    return [_("From then on: %(plan)s.", plan=plan(price, quantity))] if quantity > 1 else []


def outcome(made: OfferMade, item: SubscriptionItem, at: datetime) -> Outcome:
    """What came of an offer that was accepted."""
    subscription = item.subscription
    match made.kind:
        case OfferKind.DISCOUNT:
            found = discounts.of(subscription, at)
            return Outcome(
                _("Your discount counts"),
                [discount_words(found) + "." if found else ""],
                _("Give the discount back"),
            )
        case OfferKind.PAUSE:
            until = day(subscription.resumes_at)
            return Outcome(
                _("Your subscription is paused"),
                [_("It goes on by itself on %(date)s. Nothing is billed until then.", date=until)],
                _("Go on now"),
            )
    return _plan_outcome(item)


def _plan_outcome(item: SubscriptionItem) -> Outcome:
    waiting = ScheduledChange.waiting_of(item.subscription)
    if waiting is None:
        words = _("The cheaper plan has begun.")
    else:
        price, quantity = waiting.price, waiting.quantity
        label = price.product.unit_label
        whole = per_interval(money(price.amount(quantity)), price)
        words = _(
            "You keep what you have until %(date)s. Then %(product)s begins: %(price)s.",
            date=day(waiting.takes_effect_at),
            product=price.product.name,
            price=f"{quantity_words(quantity, label)} · {whole}"
            if quantity > 1
            else price_words(price, label),
        )
    return Outcome(_("Your plan changes"), [words], _("Keep the plan that I have"))
