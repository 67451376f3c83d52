"""Fills an empty database with the demo's merchants: two years, lived day by day.

What happened is made by the same rules as in earnest, in the order of time, so that
numbers, periods and sums are those that a merchant would have. The same moment makes the
same demo, but for ids and tokens.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from portal.accounts.passwords import hashed
from portal.accounts.users import User
from portal.billing import events
from portal.billing.emails import normalize_email
from portal.billing.events import Event
from portal.billing.merchants import Merchant
from portal.database import write
from portal.demo.content import MERCHANTS
from portal.demo.content_types import DemoMerchant
from portal.demo.seed_catalogue import add_branding, add_products
from portal.demo.seed_history import History
from portal.demo.seed_settings import add_coupons, open_portal, settle_law
from portal.selfservice.login_links import LoginLink


class SeededMerchant(NamedTuple):
    """What is printed of a demo merchant."""

    merchant: Merchant
    link: LoginLink
    owner: str
    password: str
    prefilled_email: str


def is_empty() -> bool:
    """Whether nobody has used this database yet."""
    return not Merchant.select().exists()


def seeded() -> list[SeededMerchant]:
    """The demo's merchants, as far as they are in this database."""
    found = []
    for content in MERCHANTS:
        user = User.get_or_none(User.email == normalize_email(content.owner_email))
        link = LoginLink.active_of_merchant(user.merchant_id) if user else None
        if user and link:
            found.append(_describe(content, user.merchant, link))
    return found


def seed(at: datetime, contents: Sequence[DemoMerchant] = MERCHANTS) -> list[SeededMerchant]:
    """Make the demo's merchants with their history up to `at`: all of them or none.

    In one transaction, though providers are called: the sandbox's tables lie in this database.
    """
    with write():
        return [_seed_merchant(content, at) for content in contents]


def _seed_merchant(content: DemoMerchant, at: datetime) -> SeededMerchant:
    begun = History.beginning(content, at)
    merchant = _add_merchant(content, begun)
    user = _add_owner(content, merchant, begun)
    owner = user.actor
    with events.acting_as(owner):
        settle_law(content, merchant, begun)
        add_branding(content, merchant, begun)
        prices = add_products(content, merchant, begun)
        coupons = add_coupons(content, merchant, at=begun, until=at)
        configuration = open_portal(content, merchant, prices, coupons, begun)
        link = LoginLink.activate(configuration, at=begun)
    with events.acting_as(events.SYSTEM):
        History(content, merchant, owner, link, (prices, coupons), at).live()
    # What lies in the past is told already: nobody gets two years of mail.
    Event.update(dispatched_at=at).where(Event.merchant == merchant).execute()
    return _describe(content, merchant.reload(), link)


def _add_merchant(content: DemoMerchant, at: datetime) -> Merchant:
    address = content.address
    return Merchant.create(
        created_at=at,
        shared_at=at,
        name=content.name,
        support_email=content.support_email,
        phone=content.phone,
        website=content.website,
        line1=address.line1,
        line2=address.line2,
        postal_code=address.postal_code,
        city=address.city,
        state=address.state,
        country=address.country,
        vat_id=content.vat_id,
        terms_url=content.terms_url,
        privacy_url=content.privacy_url,
        currency=content.currency,
        locale=content.locale,
        time_zone=content.time_zone,
        statement_descriptor=content.statement_descriptor,
        invoice_prefix=content.invoice_prefix,
    )


def _add_owner(content: DemoMerchant, merchant: Merchant, at: datetime) -> User:
    return User.create(
        created_at=at,
        merchant=merchant,
        email=normalize_email(content.owner_email),
        name=content.owner_name,
        password_hash=hashed(content.owner_password),
        locale=content.locale,
        confirmed_at=at,
    )


def _describe(content: DemoMerchant, merchant: Merchant, link: LoginLink) -> SeededMerchant:
    return SeededMerchant(
        merchant,
        link,
        normalize_email(content.owner_email),
        content.owner_password,
        normalize_email(content.prefilled_customer.email),
    )
