"""Asking for codes and typing them in, without a browser."""

from datetime import datetime, timedelta
from typing import Any

from portal.crypto import Keyring
from portal.selfservice.login_links import LoginLink
from portal.selfservice.portal_sessions import PortalSession
from portal.selfservice.sign_in_codes import SignInChallenge
from portal.selfservice.sign_in_limits import Asker
from portal.selfservice.sign_in_refusals import SignInRefused
from portal.selfservice.sign_ins import sign_in

KEYRING = Keyring("a secret key of thirty-two bytes, or a few more")
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def an_asker(**given: Any) -> Asker:
    return Asker(**{"keyring": KEYRING, "ip": "192.0.2.1"} | given)


def asked(
    link: LoginLink, email: str, at: datetime, asker: Asker | None = None
) -> tuple[SignInChallenge, str, str]:
    """A challenge, its code as it was mailed, and the key that the browser got."""
    codes: list[str] = []
    challenge, key = SignInChallenge.ask(
        link, email, asker=asker or an_asker(), send=lambda _, code: codes.append(code), at=at
    )
    return challenge, codes[0], key


def entered(
    challenge: SignInChallenge,
    code: str,
    at: datetime,
    asker: Asker | None = None,
    previous: PortalSession | None = None,
) -> PortalSession | SignInRefused:
    """The session, or why there is none."""
    try:
        session, _ = sign_in(challenge, code, asker=asker or an_asker(), at=at, previous=previous)
    except SignInRefused as refusal:
        return refusal
    return session


def wrong(code: str) -> str:
    """Another code of that length."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)
