"""The first page after signing in: everything that can be seen and done, in sections."""

from typing import Any, NamedTuple

from flask import Blueprint

from portal.billing.customer_subscriptions import SubscriptionRow, current_rows
from portal.billing.customer_tax_ids import tax_ids_of
from portal.billing.overviews import newest_invoices, payment_methods_of
from portal.selfservice.sign_in_people import has_others
from portal.web.customer import subscription_words
from portal.web.customer.payment_troubles import troubles_of
from portal.web.customer.scope import me, my_configuration, my_session
from portal.web.labels import per_interval
from portal.web.pages import money, render_page
from portal.web.tier_words import quantity_words
from portal.web.zone import moment

bp = Blueprint("home", __name__)


class Entry(NamedTuple):
    """A subscription as a line of the list."""

    subscription: SubscriptionRow
    price: str
    quantity: str
    standing: str


@bp.get("/")
def show() -> Any:
    options, customer = my_configuration(), me()
    invoices, has_more = newest_invoices(customer) if options.shows_invoices else ([], False)
    # Who only looks at the portal as this customer is not shown how they pay.
    shows_methods = options.updates_payment_methods and not my_session().is_impersonated
    return render_page(
        "customer/home/show.html",
        can_switch=has_others(my_session()),
        options=options,
        troubles=troubles_of(customer, moment()),
        subscriptions=[entry(row) for row in current_rows(customer, moment())],
        shows_payment_methods=shows_methods,
        payment_methods=payment_methods_of(customer) if shows_methods else [],
        tax_ids=tax_ids_of(customer),
        invoices=invoices,
        has_more_invoices=has_more,
        next_url=None,
    )


def entry(row: SubscriptionRow) -> Entry:
    is_counted = row.quantity > 1 or row.unit_label
    return Entry(
        subscription=row,
        price=per_interval(money(row.amount), row) if row.is_live else "",
        quantity=quantity_words(row.quantity, row.unit_label) if is_counted else "",
        standing=subscription_words.in_short(row),
    )
