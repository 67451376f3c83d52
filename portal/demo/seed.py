"""Fills an empty database with the demo's merchants: two years, lived day by day.

What happened is made by the same rules as in earnest, in the order of time, so that
numbers, periods and sums are those that a merchant would have.
"""

from datetime import datetime
from typing import NamedTuple

from portal.accounts.passwords import hashed
from portal.accounts.users import User
from portal.billing import events
from portal.billing.emails import normalize_email
from portal.billing.events import Actor, ActorKind, Event
from portal.billing.merchants import Merchant
from portal.database import write
from portal.demo.content import MERCHANTS
from portal.demo.content_types import DemoMerchant
from portal.demo.seed_catalogue import add_branding, add_products
from portal.demo.seed_history import History
from portal.selfservice.configurations import PortalConfiguration
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


def seed(at: datetime) -> list[SeededMerchant]:
    """Make the demo's merchants with their history up to `at`."""
    return [_seed_merchant(content, at) for content in MERCHANTS]


def _seed_merchant(content: DemoMerchant, at: datetime) -> SeededMerchant:
    begun = History.beginning(content, at)
    with write():
        merchant = _add_merchant(content, begun)
        user = _add_owner(content, merchant, begun)
        events.set_actor(Actor(ActorKind.MEMBER, user.id, user.name))
        add_branding(content, merchant, begun)
        prices = add_products(content, merchant, begun)
        link = _open_portal(content, merchant, begun)
        History(content, merchant, link, prices, at).live()
        events.set_actor(events.SYSTEM)
        # What lies in the past is told already: nobody gets two years of mail.
        Event.update(dispatched_at=at).where(Event.merchant == merchant).execute()
    return _describe(content, merchant, link)


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


def _open_portal(content: DemoMerchant, merchant: Merchant, at: datetime) -> LoginLink:
    configuration = PortalConfiguration.default_of(merchant)
    configuration.change(
        at=at,
        headline=content.headline,
        default_return_url=content.return_url,
        updates_shipping=True,
        updates_tax_ids=True,
    )
    return LoginLink.activate(configuration, at=at)


def _describe(content: DemoMerchant, merchant: Merchant, link: LoginLink) -> SeededMerchant:
    return SeededMerchant(
        merchant,
        link,
        normalize_email(content.owner_email),
        content.owner_password,
        normalize_email(content.prefilled_customer.email),
    )
