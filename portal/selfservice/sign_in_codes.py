"""One-time codes by mail: how a customer proves to own an address.

Whether an address belongs to a customer is never told. Asking writes the same rows for
every address; only the job that would send the mail looks for a customer. A code that
nobody was sent exists all the same, and typing it in is a wrong code.
"""

import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Self

from peewee import BooleanField, Check, ForeignKeyField, IntegerField, TextField

from portal.billing.customers import Customer
from portal.billing.merchants import Merchant
from portal.crypto import Keyring, digest, new_token
from portal.database import write
from portal.ids import is_id, new_id
from portal.prepared import Prepared
from portal.record import Record, UTCDateTimeField
from portal.selfservice.login_links import LoginLink
from portal.selfservice.sign_in_limits import DIGITS, Asker, SignInLimits
from portal.selfservice.sign_in_people import customer_for
from portal.selfservice.sign_in_refusals import (
    CodeExhausted,
    CodeMalformed,
    CodeOver,
    CodesTooFrequent,
    CodeWrong,
    SignInRefused,
)

LIFE = timedelta(minutes=10)
MOST_ATTEMPTS = 5
KEPT = timedelta(hours=24)
PURPOSE = "sign_in_code"
# What people put between digits: spaces of all kinds, hyphens, dashes, full stops.
BETWEEN = re.compile(r"[\s.\u00ad\u2010-\u2015\u2212\u200b\u2060\ufeff-]")

Send = Callable[["SignInChallenge", str], object]


class SignInChallenge(Record):
    """A code that was asked for, by one browser, for one address at one merchant.

    The code itself is nowhere: `code_mac` is keyed with a key outside the database, and
    emptied once the code was used. The browser holds the secret of `secret_digest`.
    """

    PREFIX = "sic"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    link = ForeignKeyField(LoginLink, index=False, on_delete="CASCADE")
    email = TextField(constraints=[Check("length(email) <= 254")])
    secret_digest = TextField()
    code_mac = TextField()
    digits = IntegerField(default=DIGITS)
    attempts = IntegerField(default=0)
    expires_at = UTCDateTimeField()
    used_at = UTCDateTimeField(null=True)
    locale = TextField(default="")
    has_chosen_locale = BooleanField(default=False)
    next_path = TextField(default="")
    ip = TextField(default="")

    @classmethod
    def ask(
        cls,
        link: LoginLink,
        email: str,
        *,
        asker: Asker,
        send: Send,
        at: datetime,
        locale: str = "",
        has_chosen_locale: bool = False,
        next_path: str = "",
    ) -> tuple[Self, str]:
        """A new challenge, and the key for the cookie of the browser that asked.

        `email` is normalised. Older codes of the address die. `send` is handed the
        challenge and the code inside the transaction: it queues, and looks nothing up.
        Raises `CodesTooFrequent`.
        """
        limits = SignInLimits(link.merchant_id, email, asker, at)
        with write():
            permit = limits.take_code()
            if permit.wait:
                challenge, key = None, ""
            else:
                challenge, key = cls._begin(
                    link,
                    email,
                    send,
                    asker,
                    at,
                    digits=permit.digits,
                    locale=locale,
                    has_chosen_locale=has_chosen_locale,
                    next_path=next_path,
                )
        # Raised outside, where it cannot roll back what was counted.
        if challenge is None:
            raise CodesTooFrequent(seconds=permit.wait)
        return challenge, key

    @classmethod
    def _begin(
        cls, link: LoginLink, email: str, send: Send, asker: Asker, at: datetime, **given: Any
    ) -> tuple[Self, str]:
        _kill_older.run(at, link.merchant_id, email, at)
        code, secret = new_code(given["digits"]), new_token()
        challenge_id = new_id(cls.PREFIX)
        challenge = cls.create(
            id=challenge_id,
            merchant=link.merchant_id,
            link=link,
            email=email,
            secret_digest=digest(secret),
            code_mac=asker.keyring.mac(PURPOSE, link.merchant_id, challenge_id, code),
            ip=asker.ip,
            created_at=at,
            expires_at=at + LIFE,
            **given,
        )
        send(challenge, code)
        return challenge, f"{challenge_id}.{secret}"

    @classmethod
    def held_by(cls, key: str, link: LoginLink) -> Self | None:
        """The challenge that a browser's key opens at this link, also one that is over."""
        challenge_id, _, secret = key.partition(".")
        if not is_id(challenge_id, cls.PREFIX) or not secret:
            return None
        challenge: Self | None = _held.first(
            challenge_id, digest(secret), link.id, link.merchant_id
        )
        if challenge:
            challenge.link = link
        return challenge

    def is_live(self, at: datetime) -> bool:
        return self.used_at is None and self.attempts < MOST_ATTEMPTS and at < self.expires_at

    @property
    def attempts_left(self) -> int:
        return max(0, MOST_ATTEMPTS - self.attempts)

    def recipient(self) -> Customer | None:
        """Whom the code lets in, and so to whom it is mailed; nobody for unknown addresses."""
        return customer_for(self.merchant_id, self.email)

    def language_for(self, customer: Customer) -> str:
        """The mail's language: as chosen on the page, else the customer's, else the page's."""
        return (not self.has_chosen_locale and customer.locale) or self.locale

    def seconds_until_resend(self, asker: Asker, *, at: datetime) -> int:
        return SignInLimits(self.merchant_id, self.email, asker, at).wait_for_code()

    def spend_attempt(self, code: str, keyring: Keyring, *, at: datetime) -> SignInRefused | None:
        """Try the code: one attempt, counted by the database so that none can be had twice.

        Inside a transaction. Answers the refusal instead of raising it, so that it can
        be counted too; None means that the code was right and is now used up.
        """
        spent = _spend.run(self.id, at).fetchone()
        if spent is None:
            return self._why_over()
        self.attempts, mac = spent
        if not keyring.mac_matches(PURPOSE, mac, self.merchant_id, self.id, code):
            return self.refuse()
        return None if _use_up.run(at, self.id, at).rowcount == 1 else CodeOver()

    def refuse(self) -> SignInRefused:
        """The code was wrong."""
        return (
            CodeWrong(attempts_left=self.attempts_left) if self.attempts_left else CodeExhausted()
        )

    def _why_over(self) -> SignInRefused:
        fresh = self.reload()
        if fresh.used_at is None and fresh.attempts >= MOST_ATTEMPTS:
            return CodeExhausted()
        return CodeOver()

    @classmethod
    def sweep(cls, at: datetime) -> int:
        """Delete challenges, and with them the digests of codes, after a day."""
        with write():
            return int(cls.delete().where(cls.created_at <= at - KEPT).execute())


C = SignInChallenge
_held = Prepared(
    lambda challenge_id, secret, link_id, merchant_id: C.select().where(
        (C.id == challenge_id)
        & (C.secret_digest == secret)
        & (C.link == link_id)
        & (C.merchant == merchant_id)
    ),
    *(str, str, str, str),
)
_kill_older = Prepared(
    lambda moment, merchant_id, email, at: C.update(expires_at=moment, code_mac="").where(
        (C.merchant == merchant_id) & (C.email == email) & C.used_at.is_null() & (C.expires_at > at)
    ),
    *(datetime, str, str, datetime),
)
# The attempt and the use are each one statement, so that no two can have the same one.
_spend = Prepared(
    lambda challenge_id, at: (
        C.update(attempts=C.attempts + 1)
        .where(
            (C.id == challenge_id)
            & C.used_at.is_null()
            & (C.expires_at > at)
            & (C.attempts < MOST_ATTEMPTS)
        )
        .returning(C.attempts, C.code_mac)
    ),
    *(str, datetime),
)
_use_up = Prepared(
    lambda moment, challenge_id, at: C.update(used_at=moment, code_mac="").where(
        (C.id == challenge_id) & C.used_at.is_null() & (C.expires_at > at)
    ),
    *(datetime, str, datetime),
)

SignInChallenge.add_index(
    SignInChallenge.merchant, SignInChallenge.email, name="sign_in_challenge_address"
)
SignInChallenge.add_index(SignInChallenge.created_at, name="sign_in_challenge_age")


def new_code(digits: int) -> str:
    """Uniform over all codes of that length, those that begin with zeros included."""
    return f"{secrets.randbelow(10**digits):0{digits}d}"


def clean_code(text: str, digits: int) -> str:
    """The digits of what was typed or pasted. Raises `CodeMalformed`."""
    code = BETWEEN.sub("", text)
    if len(code) != digits or not (code.isascii() and code.isdigit()):
        raise CodeMalformed(digits=digits)
    return code
