"""The first page after signing in: everything that can be seen and done, in sections."""

from typing import Any, NamedTuple

from flask import Blueprint

from portal.billing import invoice_rows
from portal.billing.customer_subscriptions import current_items
from portal.billing.customer_tax_ids import tax_ids_of
from portal.billing.invoice_rows import InvoiceRow
from portal.billing.payment_methods import PaymentMethod
from portal.billing.products import Product
from portal.billing.subscriptions import Subscription, SubscriptionItem
from portal.record import now
from portal.web.customer import subscription_words
from portal.web.customer.scope import me, my_configuration, my_session
from portal.web.labels import per_interval
from portal.web.pages import money, render_page
from portal.web.tier_words import quantity_words

bp = Blueprint("home", __name__)

MOST_INVOICES = 10


class Entry(NamedTuple):
    """A subscription as a line of the list."""

    subscription: Subscription
    product: Product
    price: str
    quantity: str
    standing: str


@bp.get("/")
def show() -> Any:
    options, at = my_configuration(), now()
    invoices: list[InvoiceRow] = []
    cursor = ""
    if options.shows_invoices:
        invoices, cursor = invoice_rows.rows_of(me(), at=at, limit=MOST_INVOICES)
    # Who only looks at the portal as this customer is not shown how they pay.
    shows_methods = options.updates_payment_methods and not my_session().is_impersonated
    return render_page(
        "customer/home/show.html",
        options=options,
        subscriptions=[entry(item) for item in current_items(me(), at)],
        shows_payment_methods=shows_methods,
        payment_methods=list(PaymentMethod.of(me())) if shows_methods else [],
        tax_ids=tax_ids_of(me()),
        invoices=invoices,
        has_more_invoices=bool(cursor),
        next_url=None,
    )


def entry(item: SubscriptionItem) -> Entry:
    subscription, product = item.subscription, item.price.product
    is_counted = item.quantity > 1 or product.unit_label
    return Entry(
        subscription=subscription,
        product=product,
        price=per_interval(money(item.amount), item.price) if subscription.is_live else "",
        quantity=quantity_words(item.quantity, product.unit_label) if is_counted else "",
        standing=subscription_words.in_short(subscription),
    )
