"""For whom? The step before a subscription or an invoice when nobody was named."""

from typing import Any

from flask import request

from portal.billing.customers import LONGEST_SEARCH, Customer
from portal.web.dashboard.scope import the_merchant
from portal.web.pages import render_page

MOST = 10


def choose(title: str, endpoint: str, *, back_url: str, back_label: str) -> Any:
    """A page on which a customer is searched; each leads to `endpoint` with `customer_id`."""
    search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    return render_page(
        "dashboard/subscriptions/customer.html",
        fragment="customers",
        title=title,
        endpoint=endpoint,
        back_url=back_url,
        back_label=back_label,
        search=search,
        customers=list(Customer.matching(the_merchant(), search).limit(MOST)),
    )
