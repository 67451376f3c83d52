"""What happened, written in the transaction of its cause.

The domain tells nobody: mails, webhooks and the activity log read these rows afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from peewee import ForeignKeyField, TextField

from portal.billing.merchants import Merchant
from portal.ids import new_id
from portal.record import EnumField, IdField, JSONField, Record, UTCDateTimeField


class ActorKind(StrEnum):
    CUSTOMER = "customer"
    MEMBER = "member"
    SYSTEM = "system"


class Actor(NamedTuple):
    """Who acts: a customer in the portal, a member of the merchant's team, or the clock."""

    kind: ActorKind
    id: str = ""
    name: str = ""


SYSTEM = Actor(ActorKind.SYSTEM)
_actor: ContextVar[Actor] = ContextVar("actor", default=SYSTEM)


class Event(Record):
    """A thing that happened: `subscription.canceled`, with the ids of what it concerns."""

    PREFIX = "evt"

    merchant = ForeignKeyField(Merchant, backref="events", index=False, on_delete="CASCADE")
    type = TextField()
    object_id = IdField(default="")
    customer_id = IdField(default="")
    actor_kind = EnumField(ActorKind, default=ActorKind.SYSTEM)
    actor_id = IdField(default="")
    actor_name = TextField(default="")
    data = JSONField(default=dict)
    dispatched_at = UTCDateTimeField(null=True)


Event.add_index(Event.merchant, Event.id, name="event_merchant_newest")
Event.add_index(Event.merchant, Event.customer_id, Event.id, name="event_merchant_customer")
Event.add_index(Event.id, where=Event.dispatched_at.is_null(), name="event_undispatched")


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Events recorded inside name this actor."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def set_actor(actor: Actor) -> None:
    """For an edge that has no block to wrap, such as the start of a request."""
    _actor.set(actor)


def record(
    type_: str,
    merchant: Merchant | str,
    *,
    at: datetime,
    object_id: str = "",
    customer_id: str = "",
    **data: Any,
) -> Event:
    """Write down `noun.past_participle`. Call it inside the transaction of the cause."""
    event = made(type_, merchant, at=at, object_id=object_id, customer_id=customer_id, **data)
    Event.create_many([event])
    return event


def made(
    type_: str,
    merchant: Merchant | str,
    *,
    at: datetime,
    object_id: str = "",
    customer_id: str = "",
    **data: Any,
) -> Event:
    """The same, not written yet: for those who write down many at once."""
    actor = _actor.get()
    return Event.made(
        id=new_id(Event.PREFIX, at),
        created_at=at,
        merchant=merchant if isinstance(merchant, str) else merchant.id,
        type=type_,
        object_id=object_id,
        customer_id=customer_id,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        data=data,
    )
