"""What of the merchant counts for every page: zone and clock, and whether VAT is charged."""

from datetime import datetime, timedelta

from flask import g

from portal.billing.merchants import Merchant, TaxScheme
from portal.record import now


def zone() -> str:
    return str(g.get("time_zone", "UTC"))


def use_zone(merchant: Merchant) -> None:
    g.time_zone = merchant.time_zone
    g.clock_offset = merchant.clock_offset
    g.charges_vat = merchant.tax_scheme == TaxScheme.STANDARD


def charges_vat() -> bool:
    """Small businesses do not: their prices say no word about it."""
    return bool(g.get("charges_vat", True))


def moment() -> datetime:
    """Business time: what periods, invoices and events are dated by.

    Sessions, codes and limits go by the real clock (`portal.record.now`).
    """
    return now() + timedelta(microseconds=g.get("clock_offset", 0))
