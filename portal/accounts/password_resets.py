"""A forgotten password: a token by mail, good for half an hour and once."""

from datetime import datetime

from portal.accounts.account_tokens import DAY, AccountToken, TokenPurpose
from portal.accounts.users import User
from portal.database import write

MOST_A_DAY = 5


def ask(user: User | None, *, at: datetime) -> str | None:
    """A token for the mail. None for nobody, and for one who asked often enough today.

    The same is written in all cases, so that the time tells nothing.
    """
    with write():
        if user is None or _asked_today(user, at) >= MOST_A_DAY:
            AccountToken.issue_in_vain(TokenPurpose.RESET, at=at)
            return None
        return AccountToken.issue(TokenPurpose.RESET, at=at, user=user)


def invite(user: User, *, at: datetime) -> str:
    """A token with which the operator lets somebody choose the first password; lasts a day."""
    return AccountToken.issue(TokenPurpose.RESET, at=at, user=user, life=DAY)


def user_of(token: str, *, at: datetime) -> User:
    """Whose password the token would change. Raises `TokenSpent`."""
    return AccountToken.find(token, TokenPurpose.RESET, at=at).user


def reset(token: str, password_hash: str, *, at: datetime) -> User:
    """Take the new password, already hashed, and end every session. Raises `TokenSpent`."""
    with write():
        user: User = AccountToken.use(token, TokenPurpose.RESET, at=at).user
        AccountToken.kill(TokenPurpose.RESET, user, at=at)
        user.take_password(password_hash, at=at)
    return user


def _asked_today(user: User, at: datetime) -> int:
    recent = (AccountToken.user == user) & (AccountToken.created_at > at - DAY)
    return int(
        AccountToken.select().where(recent & (AccountToken.purpose == TokenPurpose.RESET)).count()
    )
