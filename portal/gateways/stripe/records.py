"""What was asked of Stripe, written down before it is asked.

A lost answer is found again by it: Stripe forgets idempotency keys after a day, but not the
customer that a charge was made for.
"""

from collections.abc import Mapping
from typing import Any, Self

from peewee import ForeignKeyField, IntegrityError, TextField

from portal.billing.merchants import Merchant
from portal.database import write
from portal.record import IdField, Record


class StripeRequest(Record):
    """One thing asked for under a key: a charge, a refund, a page for a new method.

    `within` is the Stripe id to look in (the customer, or the charge that is refunded),
    `object_id` the Stripe id of what came of it, "" while that is not known.
    """

    PREFIX = "str"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    key = TextField(unique=True)
    within = TextField(default="")
    object_id = TextField(default="", index=True)

    @classmethod
    def once(cls, merchant: Merchant, key: str, within: str) -> Self:
        """The request of that key, remembered from now on."""
        found = cls.of(merchant, key)
        if found:
            return found
        try:
            with write():
                return cls.create(merchant=merchant, key=key, within=within)
        except IntegrityError:  # another process was faster
            return cls.get((cls.key == key) & (cls.merchant == merchant))

    @classmethod
    def of(cls, merchant: Merchant, key: str) -> Self | None:
        """What was asked for under that key."""
        return cls.get_or_none((cls.key == key) & (cls.merchant == merchant))

    @classmethod
    def for_object(cls, merchant: Merchant, object_id: str) -> Self | None:
        """What was asked for that became this thing at Stripe."""
        return cls.get_or_none((cls.object_id == object_id) & (cls.merchant == merchant))

    @classmethod
    def named_in(cls, event: Mapping[str, Any], merchant: Merchant) -> Self | None:
        """What a message is about: found by Stripe's id, or by the key that we gave."""
        thing = (event.get("data") or {}).get("object") or {}
        key = (thing.get("metadata") or {}).get("portal_key")
        by_id = cls.for_object(merchant, str(thing.get("id", "-")))
        return by_id or (cls.of(merchant, str(key)) if key else None)

    def became(self, object_id: str) -> None:
        """Stripe has answered: the request has an id there."""
        if self.object_id != object_id:
            with write():
                self.object_id = object_id
                self.save()


class StripeCustomer(Record):
    """What a customer is called at Stripe."""

    PREFIX = "stc"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    customer_id = IdField(unique=True)
    stripe_id = TextField()


class ProviderEvent(Record):
    """A provider's message that was taken note of, so that it is once only."""

    PREFIX = "pev"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    gateway = TextField()
    event_id = TextField()
    type = TextField(default="")


ProviderEvent.add_index(
    ProviderEvent.merchant,
    ProviderEvent.gateway,
    ProviderEvent.event_id,
    unique=True,
    name="provider_event_once",
)
