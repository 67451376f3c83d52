"""Ids such as `cus_0QfB…`: typed, random, sortable by time.

48 bits of milliseconds and 80 random bits in 22 characters of base 62, compared
bytewise. They are public and no secrets; tokens come from `portal.crypto`.
"""

import secrets
import threading
import time
from datetime import datetime

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
LENGTH = 22
RANDOM_BITS = 80
# Milliseconds remembered: what belongs to one moment is written between what belongs to others.
REMEMBERED = 64
_lock = threading.Lock()
_last: dict[int, int] = {}


def new_id(prefix: str, at: datetime | None = None) -> str:
    """An id of the kind `prefix`, made at `at` (now by default).

    Ids that one process makes for the same millisecond ascend, also with others in between.
    """
    milliseconds = int(at.timestamp() * 1000) if at else time.time_ns() // 1_000_000
    number = milliseconds << RANDOM_BITS | secrets.randbits(RANDOM_BITS)
    with _lock:
        last = _last.pop(milliseconds, 0)
        if number <= last:
            number = last + 1 + secrets.randbits(RANDOM_BITS // 2)
        _last[milliseconds] = number
        if len(_last) > REMEMBERED:
            del _last[next(iter(_last))]
    return f"{prefix}_{_encode(number)}"


def is_id(text: str, prefix: str) -> bool:
    """Whether `text` looks like an id of this kind. Says nothing of its existence."""
    head, _, tail = text.rpartition("_")
    return head == prefix and len(tail) == LENGTH and tail.isascii() and tail.isalnum()


def _encode(number: int) -> str:
    # Two digits at a time: ids are made by the ten thousand.
    pairs = []
    for _ in range(LENGTH // 2):
        number, pair = divmod(number, len(PAIRS))
        pairs.append(PAIRS[pair])
    return "".join(reversed(pairs))
