"""Passwords: which ones are taken, how they are kept, and how many are tried at once.

Length and no rules of composition: NIST SP 800-63B-4, 3.1.1.2. Argon2id with the
parameters of OWASP's cheat sheet (19 MiB, two passes, one lane).
"""

import gzip
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.billing.errors import BillingError

SHORTEST, LONGEST = 15, 128
SHORTEST_UNIT = 4
SHORTEST_CONTEXT = 4
# What must be left of a password without the words that anybody could guess.
LEAST_OF_ITS_OWN = 8
MOST_AT_ONCE = 4
LONGEST_WAIT = 2.0  # seconds; after that the answer is 503

PARAMETERS: dict[str, Any] = {"memory_cost": 19 * 1024, "time_cost": 2, "parallelism": 1}
CHEAP_PARAMETERS: dict[str, Any] = {"memory_cost": 8, "time_cost": 1, "parallelism": 1}


class PasswordTooShort(BillingError):
    code = "password_too_short"


class PasswordTooLong(BillingError):
    code = "password_too_long"


class PasswordTooCommon(BillingError):
    """On the list of the passwords that are tried first, or made of one of them."""

    code = "password_too_common"


class PasswordTooPersonal(BillingError):
    """Little more than the address or the name of the business."""

    code = "password_too_personal"


class HasherBusy(Exception):
    """As many passwords as memory allows are being checked; worth another try in seconds."""

    retry_after = 2


class _Hasher:
    """The parameters in force, and the turnstile in front of them."""

    def __init__(self) -> None:
        self.argon2 = PasswordHasher(**PARAMETERS)
        self.turnstile = threading.BoundedSemaphore(MOST_AT_ONCE)
        self.dummy = ""

    @contextmanager
    def turn(self) -> Iterator[PasswordHasher]:
        if not self.turnstile.acquire(timeout=LONGEST_WAIT):
            raise HasherBusy
        try:
            yield self.argon2
        finally:
            self.turnstile.release()


_hasher = _Hasher()


def use_cheap_parameters() -> None:
    """For tests: the same, without the work."""
    _hasher.argon2, _hasher.dummy = PasswordHasher(**CHEAP_PARAMETERS), ""


def use_full_parameters() -> None:
    _hasher.argon2, _hasher.dummy = PasswordHasher(**PARAMETERS), ""


def hashed(password: str) -> str:
    """What is stored of a password. Raises `HasherBusy`. Not inside a transaction."""
    with _hasher.turn() as argon2:
        return argon2.hash(_normal(password))


def matches(stored: str, password: str) -> bool:
    """Whether `password` is the one behind `stored`; as slow for "" as for any other.

    Raises `HasherBusy`. Not inside a transaction: it takes its time.
    """
    if not _hasher.dummy:
        _hasher.dummy = hashed("nobody has this password")
    with _hasher.turn() as argon2:
        try:
            argon2.verify(stored or _hasher.dummy, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return bool(stored)


def is_outdated(stored: str) -> bool:
    """Whether it was hashed with other parameters than those in force."""
    return _hasher.argon2.check_needs_rehash(stored)


def check(password: str, *context: str) -> None:
    """Whether a new password may be used. `context`: email address, name of the business, …

    Raises `PasswordTooShort`, `PasswordTooLong`, `PasswordTooCommon`, `PasswordTooPersonal`.
    """
    normal = _normal(password)
    if len(normal) < SHORTEST:
        raise PasswordTooShort
    if len(normal) > LONGEST:
        raise PasswordTooLong
    plain = normal.casefold()
    if _is_common(plain) or _is_a_sequence(plain):
        raise PasswordTooCommon
    if len(_without(plain, _words(context))) < LEAST_OF_ITS_OWN:
        raise PasswordTooPersonal


def _normal(password: str) -> str:
    # One spelling however the keyboard composes it (RFC 8265, 4.2.2); nothing is cut off.
    return unicodedata.normalize("NFC", password)


@cache
def common_passwords() -> frozenset[str]:
    """The list, without what is too short to make another password weak."""
    file = Path(__file__).with_name("common_passwords.txt.gz")
    return frozenset(gzip.decompress(file.read_bytes()).decode().split())


def _is_common(plain: str) -> bool:
    """On the list: itself, without digits and signs around it, or as what it repeats."""
    trimmed = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    known = common_passwords()
    return any(
        text in known or len(text) < SHORTEST_UNIT
        for text in (plain, trimmed, _unit(plain), _unit(trimmed))
    )


def _unit(text: str) -> str:
    """The shortest text that repeated makes this one: "abcabcab" → "abc"."""
    for length in range(1, len(text) // 2 + 1):
        unit = text[:length]
        if (unit * (len(text) // length + 1))[: len(text)] == text:
            return unit
    return text


def _is_a_sequence(plain: str) -> bool:
    """Characters that follow each other, up or down: "abcdefghijklmno", "9876543210"."""
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    rows = "1234567890qwertyuiopasdfghjklzxcvbnm" * 2
    return len(steps) == 1 or plain in rows or plain[::-1] in rows


def _words(context: Iterable[str]) -> list[str]:
    """Words of the context, the longest first, with the whole of each and our own name."""
    words = {"portal", "password"}
    for text in context:
        folded = text.casefold()
        words |= {folded, re.sub(r"\W", "", folded), *re.split(r"[\W_]+", folded)}
    return sorted((word for word in words if len(word) >= SHORTEST_CONTEXT), key=len, reverse=True)


def _without(plain: str, words: list[str]) -> str:
    for word in words:
        plain = plain.replace(word, "")
    return re.sub(r"\W", "", plain)
