"""People who work for a merchant, and their stay in the dashboard."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from peewee import ForeignKeyField, TextField

from portal.billing import events
from portal.billing.events import Actor, ActorKind
from portal.billing.merchants import Merchant
from portal.crypto import digest, new_token
from portal.database import write
from portal.prepared import Prepared
from portal.record import EnumField, Record, UTCDateTimeField

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    SUPPORT = "support"
    READ_ONLY = "read_only"


class User(Record):
    """A member of a merchant's team. `email` is normalised and unique in the installation."""

    PREFIX = "usr"

    merchant = ForeignKeyField(Merchant, backref="users", on_delete="CASCADE")
    email = TextField(unique=True)
    name = TextField(default="")
    password_hash = TextField(default="")
    role = EnumField(Role, default=Role.OWNER)
    locale = TextField(default="en")
    confirmed_at = UTCDateTimeField(null=True)

    @classmethod
    def with_email(cls, email: str) -> Self | None:
        """The member with a (normalised) address, with the merchant."""
        return cls.select(cls, Merchant).join(Merchant).where(cls.email == email).first()

    @property
    def display_name(self) -> str:
        return self.name or self.email

    @property
    def actor(self) -> Actor:
        """Who did it, as events say."""
        return Actor(ActorKind.MEMBER, self.id, self.display_name)

    def change(self, *, at: datetime, **given: Any) -> None:
        """Take over the given columns."""
        changed = sorted(name for name, value in given.items() if getattr(self, name) != value)
        if not changed:
            return
        with write():
            for name in changed:
                setattr(self, name, given[name])
            self.save()
            self.record_event("user.updated", at, changed=changed)

    def take_password(
        self, password_hash: str, *, at: datetime, keep: "DashboardSession | None" = None
    ) -> None:
        """A new password, already hashed. Ends every session but `keep`."""
        with write():
            self.password_hash = password_hash
            self.save()
            DashboardSession.end_all(self, at=at, but=keep)
            self.record_event("user.password_changed", at)

    def rehash(self, password_hash: str) -> None:
        """The same password under newer parameters: no session ends."""
        with write():
            self.password_hash = password_hash
            self.save()

    def record_event(self, type_: str, at: datetime, **data: Any) -> None:
        events.record(type_, self.merchant_id, at=at, object_id=self.id, **data)


class DashboardSession(Record):
    """Signed in to the dashboard. Only the digest of the cookie's token is stored.

    `draft` is, sealed, what was typed when the session was over.
    """

    PREFIX = "dses"

    token_digest = TextField(unique=True)
    user = ForeignKeyField(User, backref="sessions", on_delete="CASCADE")
    seen_at = UTCDateTimeField()
    ended_at = UTCDateTimeField(null=True)
    ip = TextField(default="")
    user_agent = TextField(default="")
    draft = TextField(default="")

    @classmethod
    def open(cls, user: User, *, at: datetime, **given: Any) -> tuple[Self, str]:
        """A new session and the token for its cookie."""
        token = new_token()
        with write():
            session = cls.create(
                user=user, token_digest=digest(token), created_at=at, seen_at=at, **given
            )
        return session, token

    @classmethod
    def sign_in(cls, user: User, *, at: datetime, **given: Any) -> tuple[Self, str]:
        """Open a session for somebody who proved to be the user; on record."""
        with write(), events.acting_as(user.actor):
            user.record_event("user.signed_in", at)
            return cls.open(user, at=at, **given)

    @classmethod
    def running(cls, user: User, *, at: datetime) -> list[Self]:
        """Where the user is signed in now, the latest seen first."""
        mine = cls.select().where(
            (cls.user == user) & cls.ended_at.is_null() & (cls.seen_at > at - IDLE)
        )
        return [session for session in mine.order_by(cls.seen_at.desc()) if session.is_running(at)]

    @classmethod
    def find(cls, token: str, *, at: datetime) -> Self | None:
        """The running session of a cookie, with user and merchant, in one query."""
        session: Self | None = _BY_TOKEN.first(digest(token))
        return session if session and session.is_running(at) else None

    @classmethod
    def find_over(cls, token: str) -> Self | None:
        """The session of a cookie although its time ran out; not one that was ended."""
        return cls.get_or_none((cls.token_digest == digest(token)) & cls.ended_at.is_null())

    def keep_draft(self, sealed: str) -> None:
        with write():
            self.draft = sealed
            self.save()

    def is_running(self, at: datetime) -> bool:
        return self.ended_at is None and at < min(self.seen_at + IDLE, self.created_at + ABSOLUTE)

    def touch(self, *, at: datetime) -> None:
        """Activity, written at most once a minute."""
        if at - self.seen_at >= TOUCH_EVERY:
            with write():
                self.seen_at = at
                self.save()

    def end(self, *, at: datetime) -> None:
        with write():
            self.ended_at = at
            self.save()

    @classmethod
    def end_all(cls, user: User, *, at: datetime, but: Self | None = None) -> None:
        """Sign the user out everywhere, `but` one session."""
        mine = (cls.user == user) & cls.ended_at.is_null()
        if but:
            mine &= cls.id != but.id
        with write():
            cls.update(ended_at=at).where(mine).execute()


_BY_TOKEN = Prepared(
    lambda token_digest: (
        DashboardSession.select(DashboardSession, User, Merchant)
        .join(User)
        .join(Merchant)
        .where(DashboardSession.token_digest == token_digest)
    ),
    str,
)
