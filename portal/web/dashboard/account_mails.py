"""Mails about accounts, left for the worker in the transaction of their cause."""

from datetime import datetime

from flask import url_for

from portal.accounts.account_tokens import LIFE, MAIL_PURPOSE, TokenPurpose
from portal.accounts.users import User
from portal.delivery import jobs
from portal.web.settings import keyring


def confirmation(email: str, token: str, locale: str, *, at: datetime) -> None:
    jobs.enqueue(
        "send_confirmation",
        at=at,
        expires_at=at + LIFE[TokenPurpose.SIGN_UP],
        email=email,
        locale=locale,
        sealed=sealed(token, url_for("dashboard.confirmations.new", token=token)),
    )


def account_exists(email: str, locale: str, *, at: datetime) -> None:
    jobs.enqueue(
        "send_account_exists",
        at=at,
        expires_at=at + LIFE[TokenPurpose.SIGN_UP],
        email=email,
        locale=locale,
        sealed=sealed("", url_for("dashboard.sign_in.new")),
    )


def password_reset(user: User, token: str, *, at: datetime) -> None:
    jobs.enqueue(
        "send_password_reset",
        at=at,
        expires_at=at + LIFE[TokenPurpose.RESET],
        user_id=user.id,
        locale=user.locale,
        sealed=sealed(token, url_for("dashboard.password_resets.edit", token=token)),
    )


def sealed(token: str, path: str) -> str:
    """Token and path, readable with the secret key, not to one who reads the table."""
    return keyring().seal(MAIL_PURPOSE, {"token": token, "path": path})
