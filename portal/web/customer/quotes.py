"""What a preview showed, signed, for the customer who saw it and for ten minutes.

Confirming it does exactly that: the quote names the moment and a digest of all that it was
made from, or the id of what it will make, so that sending it twice makes one thing.
"""

from datetime import datetime
from typing import Any

from portal.billing.plan_quotes import GOOD_FOR
from portal.crypto import Unreadable
from portal.web.customer.scope import me
from portal.web.settings import keyring

PURPOSE = "customer_quote"


def give(about: str, *, at: datetime, **values: Any) -> str:
    """`values` (JSON), signed for this customer and what it is about."""
    return keyring().sign(PURPOSE, _audience(about), values | {"at": at.isoformat()})


def take(about: str, given: str) -> dict[str, Any] | None:
    """What was quoted; None for something else, or for what is more than ten minutes old."""
    try:
        audience, values = keyring().unsign(PURPOSE, given, GOOD_FOR)
    except Unreadable:
        return None
    return values if audience == _audience(about) and isinstance(values, dict) else None


def _audience(about: str) -> str:
    return f"{me().merchant_id}/{me().id}/{about}"
