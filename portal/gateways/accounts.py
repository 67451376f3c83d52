"""A merchant's account at a payment provider: what is public about it, and what is sealed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from peewee import ForeignKeyField, TextField

from portal.billing import events
from portal.billing.merchants import Merchant
from portal.crypto import Keyring
from portal.database import write
from portal.record import JSONField, Record, UTCDateTimeField

PURPOSE = "provider-credentials"


class ProviderAccount(Record):
    """Settings (shown) and secrets (sealed, never shown again) of one provider."""

    PREFIX = "ppa"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    gateway = TextField()
    settings = JSONField(default=dict)
    sealed = TextField(default="")
    updated_at = UTCDateTimeField(null=True)

    @classmethod
    def of(cls, merchant: Merchant | str, gateway: str) -> Self | None:
        """The merchant's account with that provider."""
        return cls.get_or_none((cls.merchant == merchant) & (cls.gateway == gateway))

    @classmethod
    def keep(
        cls,
        merchant: Merchant,
        gateway: str,
        settings: Mapping[str, Any],
        secrets: Mapping[str, str],
        *,
        keyring: Keyring,
        at: datetime,
    ) -> Self:
        """Take over settings; secrets only where some are given. Nothing is asked of anybody."""
        with write():
            account = cls.of(merchant, gateway) or cls.create(
                merchant=merchant, gateway=gateway, created_at=at
            )
            account.settings, account.updated_at = dict(settings), at
            if secrets:
                account.sealed = keyring.seal(PURPOSE, dict(secrets))
            account.save()
            events.record(
                "provider_account.updated", merchant, at=at, object_id=account.id, gateway=gateway
            )
        return account

    def secrets(self, keyring: Keyring) -> dict[str, str]:
        """The keys in clear; none where none were given."""
        return dict(keyring.unseal(PURPOSE, self.sealed)) if self.sealed else {}


ProviderAccount.add_index(
    ProviderAccount.merchant, ProviderAccount.gateway, unique=True, name="provider_account_once"
)
