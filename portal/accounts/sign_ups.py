"""How a merchant comes to be: by the operator, by the first set-up, or by signing up."""

import re
import unicodedata
from datetime import datetime
from typing import Any, NamedTuple

from portal.accounts import countries
from portal.accounts.account_tokens import AccountToken, TokenPurpose, TokenSpent
from portal.accounts.users import Role, User
from portal.billing import events
from portal.billing.emails import normalize_email
from portal.billing.errors import BillingError
from portal.billing.merchants import Merchant
from portal.billing.money import exponent
from portal.database import write

SHORTEST_PREFIX, LONGEST_PREFIX = 3, 12
FALLBACK_PREFIX = "INV"
LONGEST_NAME = 250


class EmailTaken(BillingError):
    """Somebody signs in with this address already."""

    code = "email_taken"


class Particulars(NamedTuple):
    """What somebody signs up with. `password_hash` "" lets the owner choose one by mail."""

    name: str
    email: str
    country: str
    currency: str
    password_hash: str = ""
    locale: str = ""


def create_merchant(
    name: str,
    email: str,
    country: str,
    currency: str = "",
    *,
    at: datetime,
    password_hash: str = "",
    locale: str = "",
) -> tuple[Merchant, User]:
    """A sandbox merchant with sensible defaults, and its owner.

    `country` is an ISO 3166 code; currency, time zone and language follow from it where
    they are not given. Raises `EmailMalformed`, `EmailTaken`, `CurrencyUnknown`.
    """
    email = normalize_email(email)
    currency = currency or countries.currency_of(country, at.date())
    exponent(currency)
    locale = locale or countries.language_of(country)
    with write():
        if User.with_email(email):
            raise EmailTaken
        merchant = Merchant.create(
            name=name,
            support_email=email,
            currency=currency,
            locale=locale,
            created_at=at,
            **_derived(name, country),
        )
        owner = User.create(
            merchant=merchant,
            email=email,
            password_hash=password_hash,
            locale=locale,
            **_owning(at),
        )
        with events.acting_as(owner.actor):
            events.record("account.created", merchant, at=at, object_id=merchant.id)
    return merchant, owner


def _derived(name: str, country: str) -> dict[str, Any]:
    return {
        "country": country,
        "time_zone": countries.time_zone_of(country),
        "invoice_prefix": invoice_prefix(name),
        "is_sandbox": True,
    }


def _owning(at: datetime) -> dict[str, Any]:
    return {"role": Role.OWNER, "confirmed_at": at, "created_at": at}


def invoice_prefix(name: str) -> str:
    """The beginning of invoice numbers: the first word of the name, 3–12 capital letters.

    One that another merchant has already gets a number, so that two invoices of this
    installation are not taken for one.
    """
    words = [re.sub(r"[^A-Z]", "", _ascii(word)) for word in name.split()]
    letters = next((word for word in words if len(word) >= SHORTEST_PREFIX), "".join(words))
    base = letters[:LONGEST_PREFIX] if len(letters) >= SHORTEST_PREFIX else FALLBACK_PREFIX
    alike = Merchant.select(Merchant.invoice_prefix).where(
        Merchant.invoice_prefix.startswith(base[: LONGEST_PREFIX - 3])
    )
    taken = {merchant.invoice_prefix for merchant in alike}
    prefix, number = base, 2
    while prefix in taken:
        prefix = f"{base[: LONGEST_PREFIX - len(str(number))]}{number}"
        number += 1
    return prefix


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("Æ", "AE"))
    return plain.encode("ascii", "ignore").decode().upper()


# ── open: anyone, after confirming the address by mail ───────────────────────────────────────


def sign_up(particulars: Particulars, *, at: datetime) -> str | None:
    """Keep what somebody signs up with until the address is confirmed; the token for the mail.

    None where the address belongs to somebody already: then the mail says that. Nothing
    else comes to be before the confirmation.
    """
    with write():
        if User.with_email(particulars.email):
            AccountToken.issue_in_vain(TokenPurpose.SIGN_UP, at=at)
            return None
        return AccountToken.issue(TokenPurpose.SIGN_UP, at=at, data=particulars._asdict())


def signed_up(token: str, *, at: datetime) -> Particulars:
    """What waits behind a token. Raises `TokenSpent`."""
    data = AccountToken.find(token, TokenPurpose.SIGN_UP, at=at).data
    if not data:
        raise TokenSpent
    return Particulars(**data)


def confirm(token: str, *, at: datetime) -> User:
    """The address is theirs: make merchant and owner. Raises `TokenSpent`, `EmailTaken`."""
    with write():
        used = AccountToken.use(token, TokenPurpose.SIGN_UP, at=at)
        return _create(Particulars(**used.data), at=at)


# ── first: the one who can read the console ──────────────────────────────────────────────────


def setup_token(at: datetime) -> str | None:
    """A token for `/dashboard/setup`; None once there is a user. Older ones die."""
    with write():
        if User.select().exists():
            return None
        AccountToken.kill(TokenPurpose.SETUP, None, at=at)
        return AccountToken.issue(TokenPurpose.SETUP, at=at)


def is_set_up() -> bool:
    return bool(User.select().exists())


def set_up(token: str, particulars: Particulars, *, at: datetime) -> User:
    """The first merchant and its owner. Raises `TokenSpent`, also once there is a user.

    Of several at once, the one that uses the token up wins.
    """
    with write():
        AccountToken.use(token, TokenPurpose.SETUP, at=at)
        if is_set_up():
            raise TokenSpent
        return _create(particulars, at=at)


def _create(particulars: Particulars, *, at: datetime) -> User:
    name, email, country, currency, password_hash, locale = particulars
    _, owner = create_merchant(
        name, email, country, currency, at=at, password_hash=password_hash, locale=locale
    )
    return owner
