"""A change of plan before it is made, in words: lines, sums, dates, and who pays how."""

from datetime import timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _

from portal import formatting
from portal.billing.estimates import Estimate
from portal.billing.items import Item
from portal.billing.payment_methods import PaymentMethod
from portal.billing.plan_comparison import PlanKind
from portal.billing.plan_quotes import Course, PlanChange
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscription_status import CollectionMethod
from portal.web.labels import per_interval
from portal.web.line_words import part_words
from portal.web.locale import language
from portal.web.pages import day, money
from portal.web.tier_words import quantity_words
from portal.web.zone import charges_vat, zone


class Line(NamedTuple):
    """What a line is for, for which days, and what it comes to in the price's own way."""

    words: str
    days: str
    amount: str
    discount: str


class Sums(NamedTuple):
    """An invoice that is not issued yet, ready to be shown."""

    lines: list[Line]
    subtotal: str
    taxes: list[tuple[str, str, str]]
    total: str


def preview_context(item: SubscriptionItem, found: PlanChange) -> dict[str, Any]:
    """What the page of a preview shows besides the change itself."""
    wanted, subscription = found.wanted, item.subscription
    return {
        "product": item.price.product,
        "before": plan(item.price, item.quantity),
        "after": plan(wanted.price, wanted.quantity),
        "effect": effect_words(found),
        "now": sums(found.now) if found.now else None,
        "upcoming": sums(found.upcoming),
        "method": PaymentMethod.default_of(subscription.customer_id),
        "is_charged": subscription.collection_method == CollectionMethod.CHARGE_AUTOMATICALLY,
        "credited": found.credited_to_due + found.credited_to_balance,
    }


def plan(price: Any, quantity: int) -> str:
    """ "Pro · 3 × seat · €30.00 per month"."""
    product = price.product
    parts = [product.name]
    if quantity > 1 or product.unit_label:
        parts.append(quantity_words(quantity, product.unit_label))
    return " · ".join([*parts, per_interval(money(price.amount(quantity)), price)])


def effect_words(found: PlanChange) -> str:
    """When it takes effect, and what that means for the period."""
    if not found.is_at_once:
        return _(
            "The change takes effect on %(date)s, at the end of the period that is paid for. "
            "Until then everything stays as it is, and the change can be withdrawn.",
            date=day(found.takes_effect_at),
        )
    if found.course == Course.NEW_PERIOD:
        return _(
            "The change takes effect at once. A new period begins today and runs until %(date)s.",
            date=day(found.period_end),
        )
    if found.kind == PlanKind.DOWNGRADE and not found.prorated:
        return _(
            "The change takes effect at once. The lower price counts from %(date)s on.",
            date=day(found.period_end),
        )
    return _("The change takes effect at once.")


def sums(estimate: Estimate) -> Sums:
    currency = estimate.currency
    return Sums(
        lines=[_line(line.item, line.discount_amount, currency) for line in estimate.lines],
        subtotal=money(estimate.subtotal, currency),
        taxes=[
            (
                formatting.percent(str(rate / 100), language()),
                money(net, currency),
                money(tax, currency),
            )
            for rate, net, tax in estimate.taxes
            if tax or charges_vat()
        ],
        total=money(estimate.total, currency),
    )


def _line(item: Item, discount: int, currency: str) -> Line:
    return Line(
        words=_described(item),
        days=_days(item),
        amount=money(item.amount, currency),
        discount=money(-discount, currency) if discount else "",
    )


def _described(item: Item) -> str:
    name = item.description
    if item.quantity > 1:
        name = f"{name} · {quantity_words(item.quantity, item.unit_label)}"
    return part_words(name, item)


def _days(item: Item) -> str:
    if not (item.period_start and item.period_end):
        return ""
    first, last = (
        formatting.day_in(moment, zone()) for moment in (item.period_start, item.period_end)
    )
    return formatting.days(first, max(first, last - timedelta(days=1)), language())
