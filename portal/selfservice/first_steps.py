"""What a new merchant does first. Each step ticks itself off from what there is."""

from typing import NamedTuple

from peewee import SQL, fn

from portal.billing.customers import Customer
from portal.billing.merchants import Merchant
from portal.billing.products import Product
from portal.selfservice.branding import Branding
from portal.selfservice.login_links import LoginLink


class FirstSteps(NamedTuple):
    """Which steps are done, in the order in which they make sense."""

    product: bool
    customer: bool
    link: bool
    branding: bool
    sharing: bool

    @property
    def done_count(self) -> int:
        return sum(self)

    @property
    def are_done(self) -> bool:
        return all(self)


def first_steps(merchant: Merchant) -> FirstSteps:
    """All of them in one query."""
    queries = (
        Product.select(SQL("1")).where(Product.merchant == merchant),
        Customer.select(SQL("1")).where(Customer.merchant == merchant),
        LoginLink.select(SQL("1")).where(
            (LoginLink.merchant == merchant) & LoginLink.deactivated_at.is_null()
        ),
        Branding.select(SQL("1")).where(Branding.merchant == merchant),
    )
    found = (
        Merchant.select(*(fn.EXISTS(query) for query in queries))
        .where(Merchant.id == merchant.id)
        .tuples()
        .first()
    )
    return FirstSteps._make((*map(bool, found), merchant.shared_at is not None))
