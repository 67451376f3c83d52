"""The merchant's time: the zone that dates are shown in, and the clock that business follows."""

from datetime import datetime, timedelta

from flask import g

from portal.billing.merchants import Merchant
from portal.record import now


def zone() -> str:
    return str(g.get("time_zone", "UTC"))


def use_zone(merchant: Merchant) -> None:
    g.time_zone = merchant.time_zone
    g.clock_offset = merchant.clock_offset


def moment() -> datetime:
    """Business time: what periods, invoices and events are dated by.

    Sessions, codes and limits go by the real clock (`portal.record.now`).
    """
    return now() + timedelta(microseconds=g.get("clock_offset", 0))
