"""One subscription: what it costs, how it stands, and what can be done about it."""

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from portal.billing import discounts, dunning
from portal.billing.contract_terms import next_possible_end, terms_of
from portal.billing.invoices import Invoice
from portal.billing.products import Price
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscription_status import SubscriptionStatus
from portal.billing.subscriptions import Subscription
from portal.billing.tax import TaxBehavior
from portal.billing.upcoming import upcoming_with
from portal.selfservice import plan_options
from portal.web.customer import subscription_words
from portal.web.customer.payment_troubles import trouble_of
from portal.web.customer.scope import me, my_configuration, my_subscription_item
from portal.web.labels import per_interval
from portal.web.pages import money, render_page
from portal.web.plan_words import plan
from portal.web.price_words import unit_words
from portal.web.tier_words import quantity_words, tier_note, tier_words
from portal.web.zone import charges_vat, moment

bp = Blueprint("subscriptions", __name__, url_prefix="/subscriptions")


@bp.get("/<subscription_id>")
def show(subscription_id: str) -> Any:
    item = my_subscription_item(subscription_id)
    subscription, product = item.subscription, item.price.product
    change = ScheduledChange.coming_of(subscription)
    discount = discounts.of(subscription, moment())
    options = my_configuration()
    return render_page(
        "customer/subscriptions/show.html",
        item=item,
        subscription=subscription,
        terms=terms_of(subscription),
        can_end_at=next_possible_end(subscription, moment()),
        product=product,
        **costs(item),
        tiers=tier_words(item.price),
        tier_note=tier_note(item.price),
        standing=subscription_words.in_full(subscription),
        discount=discount,
        change=change,
        planned=plan(change.price, change.quantity) if change else "",
        upcoming=upcoming_with(subscription, moment(), item, change, discount),
        **owed(subscription),
        options=options,
        may_begin_again=plan_options.may_begin_again(item, options),
    )


def costs(item: SubscriptionItem) -> dict[str, Any]:
    """What a period costs; and of how many units at which price, where there are several."""
    price, unit_label = item.price, item.price.product.unit_label
    is_counted = bool(item.quantity > 1 or unit_label)
    return {
        "cost": per_interval(money(item.amount), price),
        "tax_note": tax_note(price),
        "quantity": quantity_words(item.quantity, unit_label) if is_counted else "",
        "unit_price": unit_words(price, unit_label) if is_counted and not price.tiers else "",
    }


def tax_note(price: Price) -> str:
    if not charges_vat():
        return ""
    is_inclusive = price.tax_behavior == TaxBehavior.INCLUSIVE
    return _("incl. VAT") if is_inclusive else _("plus VAT")


def owed(subscription: Subscription) -> dict[str, Any]:
    """What is still to be paid of it: as usual, or what must not wait."""
    unpaid = list(dunning.open_of(me()).where(Invoice.subscription == subscription))
    waits = subscription.status == SubscriptionStatus.INCOMPLETE
    pressing = [invoice for invoice in unpaid if waits or dunning.is_running(invoice)]
    usual = [invoice for invoice in unpaid if invoice not in pressing]
    return {
        "open_invoices": usual if my_configuration().shows_invoices else [],
        "troubles": [trouble_of(each, moment()) for each in pressing],
    }
