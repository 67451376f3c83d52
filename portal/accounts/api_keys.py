"""Keys with which a merchant's programs use the API. Only the digest is stored."""

import secrets
import zlib
from datetime import datetime
from typing import Self

from peewee import BooleanField, Check, ForeignKeyField, TextField

from portal.billing import events
from portal.billing.merchants import Merchant
from portal.crypto import digest
from portal.database import write
from portal.record import Record, UTCDateTimeField

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM_CHARACTERS = 32  # 190 bits
CHECKSUM_CHARACTERS = 6
SHOWN = 4
LIVE, TEST = "portal_live_", "portal_test_"


class ApiKey(Record):
    """`portal_test_…` of a sandbox merchant, `portal_live_…` of another. Shown once."""

    PREFIX = "key"

    merchant = ForeignKeyField(Merchant, backref="api_keys", on_delete="CASCADE")
    name = TextField(default="", constraints=[Check("length(name) <= 100")])
    secret_digest = TextField(unique=True)
    last4 = TextField()
    is_live = BooleanField(default=False)
    used_at = UTCDateTimeField(null=True)
    revoked_at = UTCDateTimeField(null=True)

    @classmethod
    def issue(cls, merchant: Merchant, name: str, at: datetime) -> tuple[Self, str]:
        """A new key and its secret, which nobody can show again."""
        is_live = not merchant.is_sandbox
        secret = new_secret(LIVE if is_live else TEST)
        with write():
            key = cls.create(
                merchant=merchant,
                name=name,
                secret_digest=digest(secret),
                last4=secret[-SHOWN:],
                is_live=is_live,
                created_at=at,
            )
            events.record("api_key.created", merchant, at=at, object_id=key.id, name=name)
        return key, secret

    @classmethod
    def find(cls, secret: str) -> Self | None:
        """The key in force with this secret. A mistyped one costs no query."""
        if not is_well_formed(secret):
            return None
        return (
            cls.select(cls, Merchant)
            .join(Merchant)
            .where((cls.secret_digest == digest(secret)) & cls.revoked_at.is_null())
            .first()
        )

    def revoke(self, *, at: datetime) -> None:
        """From the next request on it opens nothing."""
        with write():
            self.revoked_at = at
            self.save()
            events.record("api_key.revoked", self.merchant_id, at=at, object_id=self.id)


def new_secret(prefix: str) -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return prefix + body + _checksum(prefix + body)


def is_well_formed(secret: str) -> bool:
    """Prefix, length and checksum are right: worth looking up, or worth reporting as leaked."""
    if not secret.startswith((LIVE, TEST)) or not secret.isascii():
        return False
    body, given = secret[:-CHECKSUM_CHARACTERS], secret[-CHECKSUM_CHARACTERS:]
    return len(body) == len(LIVE) + RANDOM_CHARACTERS and given == _checksum(body)


def _checksum(text: str) -> str:
    rest, digits = zlib.crc32(text.encode()), ""
    for _ in range(CHECKSUM_CHARACTERS):
        rest, digit = divmod(rest, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits
