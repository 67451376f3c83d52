"""What a preview showed, signed, so that confirming it does exactly that and only once.

A quote carries the id of what it will make: sending it twice makes one thing. After ten
minutes it is shown again before it counts.
"""

from datetime import datetime, timedelta
from typing import Any

from portal.crypto import Unreadable
from portal.web.dashboard.scope import the_merchant
from portal.web.settings import keyring

PURPOSE = "quote"
FRESH = timedelta(minutes=10)
READABLE = timedelta(days=1)


def give(kind: str, *, at: datetime, **values: Any) -> str:
    """`values` (JSON), signed for this merchant and this kind of thing."""
    return keyring().sign(PURPOSE, _audience(kind), values | {"at": at.isoformat()})


def take(kind: str, given: str) -> dict[str, Any] | None:
    """What was quoted; None for something else, or for what is a day old."""
    try:
        audience, values = keyring().unsign(PURPOSE, given, READABLE)
    except Unreadable:
        return None
    return values if audience == _audience(kind) and isinstance(values, dict) else None


def is_fresh(quote: dict[str, Any], *, at: datetime) -> bool:
    return at - datetime.fromisoformat(quote["at"]) < FRESH


def _audience(kind: str) -> str:
    return f"{the_merchant().id}/{kind}"
