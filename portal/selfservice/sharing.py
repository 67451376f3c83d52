"""Ways to bring the portal's link to customers: files, drawings and text, without words."""

import io
from collections.abc import Iterator
from datetime import datetime

import segno
from markupsafe import escape
from peewee import fn

from portal.billing import events
from portal.billing.customers import Customer
from portal.billing.merchants import Merchant
from portal.database import write
from portal.qr_codes import QUIET_ZONE, svg
from portal.selfservice.branding import Branding
from portal.selfservice.colors import readable_on
from portal.selfservice.fonts import DEFAULT_SHAPE, SHAPES
from portal.selfservice.login_links import LoginLink

ROWS_AT_ONCE = 500
# A camera reads it from a printed page although a quarter of it is dirty.
ERROR_LEVEL = "q"
PNG_SCALE = 16
QR_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def mark_shared(merchant: Merchant, *, at: datetime) -> None:
    """The merchant brought the link to customers: a step of the checklist is done."""
    with write():
        first = (
            Merchant.update(shared_at=at)
            .where((Merchant.id == merchant.id) & Merchant.shared_at.is_null())
            .execute()
        )
        if first:
            merchant.shared_at = at
            events.record("billing_portal.link.shared", merchant, at=at)


def record_export(merchant: Merchant, *, at: datetime) -> None:
    """Personal data left as a file: that is on record."""
    with write():
        events.record("billing_portal.links.exported", merchant, at=at)


def customer_links(link: LoginLink, base_url: str) -> Iterator[tuple[str, str, str]]:
    """(name, email, link with that address filled in) of every customer, oldest first.

    One link an address, named after its newest customer. Read in parts, so that a million
    customers need no more memory than ten.
    """
    after = ""
    while rows := _customers_after(link.merchant_id, after):
        for customer in rows:
            path = link.path(email=customer.email, locale=customer.locale or "")
            yield customer.company or customer.name, customer.email, base_url + path
        after = rows[-1].id


def _customers_after(merchant_id: str, after: str) -> list[Customer]:
    twin = Customer.alias()
    newest = twin.select(fn.MAX(twin.id)).where(
        (twin.merchant == merchant_id) & (twin.email == Customer.email)
    )
    return list(
        Customer.select(
            Customer.id, Customer.name, Customer.company, Customer.email, Customer.locale
        )
        .where((Customer.merchant == merchant_id) & (Customer.id > after) & (Customer.id == newest))
        .order_by(Customer.id)
        .limit(ROWS_AT_ONCE)
    )


def qr_code(url: str, kind: str) -> bytes:
    """The address as a QR code, black on white; `kind` is "svg" or "png"."""
    code = segno.make(url, error=ERROR_LEVEL, micro=False, boost_error=False)
    if kind == "svg":
        return svg(code)
    out = io.BytesIO()
    code.save(out, kind="png", border=QUIET_ZONE, scale=PNG_SCALE)
    return out.getvalue()


def button(url: str, words: str, branding: Branding) -> str:
    """A link that looks like a button, to paste into any website: HTML without a script."""
    background = branding.accent_color
    radius = SHAPES.get(branding.shape, SHAPES[DEFAULT_SHAPE])
    style = (
        f"display:inline-block;padding:12px 24px;border-radius:{radius};"
        f"background:{background};color:{readable_on(background)};"
        "font-weight:600;text-decoration:none"
    )
    return f'<a href="{escape(url)}" style="{style}">{escape(words)}</a>'
