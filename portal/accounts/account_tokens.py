"""One-time tokens for what happens before or without signing in: set-up, sign-up, reset."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from peewee import ForeignKeyField, TextField

from portal.accounts.users import User
from portal.billing.errors import BillingError
from portal.crypto import digest, new_token
from portal.database import write
from portal.record import EnumField, JSONField, Record, UTCDateTimeField

DAY = timedelta(hours=24)
# Under which purpose a token is sealed while it waits in a job: {"token": …, "path": …}.
MAIL_PURPOSE = "account-mail"


class TokenPurpose(StrEnum):
    SETUP = "setup"
    SIGN_UP = "sign_up"
    RESET = "reset"


LIFE = {
    TokenPurpose.SETUP: DAY,
    TokenPurpose.SIGN_UP: DAY,
    TokenPurpose.RESET: timedelta(minutes=30),
}


class TokenSpent(BillingError):
    """Used already, too old, or made for something else."""

    code = "token_spent"


class AccountToken(Record):
    """256 random bits of which only the digest is stored; works once and not for long.

    `data` waits for the token to be used: what somebody signed up with, for instance.
    """

    PREFIX = "tok"

    purpose = EnumField(TokenPurpose)
    token_digest = TextField(unique=True)
    user = ForeignKeyField(User, null=True, backref="tokens", on_delete="CASCADE")
    data = JSONField(default=dict)
    expires_at = UTCDateTimeField(index=True)
    used_at = UTCDateTimeField(null=True)

    @classmethod
    def issue(
        cls,
        purpose: TokenPurpose,
        *,
        at: datetime,
        user: User | None = None,
        data: dict[str, Any] | None = None,
        life: timedelta | None = None,
    ) -> str:
        """A new token. Only its receiver knows it afterwards."""
        token = new_token()
        with write():
            cls.create(
                purpose=purpose,
                token_digest=digest(token),
                user=user,
                data=data or {},
                expires_at=at + (life or LIFE[purpose]),
                created_at=at,
            )
        return token

    @classmethod
    def issue_in_vain(cls, purpose: TokenPurpose, *, at: datetime) -> None:
        """The same work where there is nobody to send a token to; nobody gets to know it."""
        cls.issue(purpose, at=at)

    @classmethod
    def find(cls, token: str, purpose: TokenPurpose, *, at: datetime) -> Self:
        """A token that would still work. Looking does not use it. Raises `TokenSpent`."""
        found = cls.get_or_none(cls._usable(token, purpose, at))
        if found is None:
            raise TokenSpent
        return found

    @classmethod
    def use(cls, token: str, purpose: TokenPurpose, *, at: datetime) -> Self:
        """Use the token up, in one statement, so that two at once cannot. Raises `TokenSpent`.

        Call it inside the transaction of what the token allows.
        """
        usable = cls._usable(token, purpose, at)
        if cls.update(used_at=at).where(usable).execute() != 1:
            raise TokenSpent
        found: Self = cls.get(cls.token_digest == digest(token))
        cls.update(data={}).where(cls.id == found.id).execute()
        return found

    @classmethod
    def _usable(cls, token: str, purpose: TokenPurpose, at: datetime) -> Any:
        return (
            (cls.token_digest == digest(token))
            & (cls.purpose == purpose)
            & cls.used_at.is_null()
            & (cls.expires_at > at)
        )

    @classmethod
    def kill(cls, purpose: TokenPurpose, user: User | None, *, at: datetime) -> None:
        """Whatever was handed out for this before works no more."""
        whose = cls.user == user if user else cls.user.is_null()
        with write():
            cls.update(used_at=at, data={}).where(
                (cls.purpose == purpose) & whose & cls.used_at.is_null()
            ).execute()

    @classmethod
    def sweep(cls, at: datetime) -> int:
        """Delete what is past; kept a day longer, because resets are counted by the day."""
        with write():
            return int(cls.delete().where(cls.expires_at <= at - DAY).execute())
