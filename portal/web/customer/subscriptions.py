"""One subscription: what it costs, how it stands, and what can be done about it."""

from typing import Any

from flask import Blueprint

from portal.billing.invoices import Invoice
from portal.billing.upcoming import upcoming_invoice
from portal.record import now
from portal.web.customer import subscription_words
from portal.web.customer.scope import me, my_configuration, my_subscription_item
from portal.web.pages import render_page
from portal.web.price_words import price_words
from portal.web.tier_words import quantity_words, tier_note, tier_words

bp = Blueprint("subscriptions", __name__, url_prefix="/subscriptions")


@bp.get("/<subscription_id>")
def show(subscription_id: str) -> Any:
    item = my_subscription_item(subscription_id)
    subscription, product = item.subscription, item.price.product
    return render_page(
        "customer/subscriptions/show.html",
        item=item,
        subscription=subscription,
        product=product,
        price_line=price_words(item.price, product.unit_label),
        tiers=tier_words(item.price),
        tier_note=tier_note(item.price),
        quantity=quantity_words(item.quantity, product.unit_label),
        standing=subscription_words.in_full(subscription),
        upcoming=upcoming_invoice(subscription, now(), item),
        open_invoices=open_invoices(subscription.id),
        options=my_configuration(),
    )


def open_invoices(subscription_id: str) -> list[Invoice]:
    """What is still to be paid of it, the oldest first; without the documents' text."""
    if not my_configuration().shows_invoices:
        return []
    columns = (Invoice.id, Invoice.number, Invoice.currency, Invoice.amount_due)
    return list(
        Invoice.open_of(me())
        .select(*columns)
        .where(Invoice.subscription == subscription_id)
        .order_by(Invoice.id)
    )
