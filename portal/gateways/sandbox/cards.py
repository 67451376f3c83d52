"""The test cards of the sandbox: what each looks like, and how a charge of it ends."""

import secrets
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from portal.billing.gateway import StoredMethod

YEARS_VALID = 4
TOKEN_BYTES = 12


class Outcome(StrEnum):
    """How the sandbox answers a charge."""

    SUCCEEDS = "succeeds"
    DECLINES = "declines"
    NEEDS_CONFIRMATION = "needs_confirmation"
    ANSWERS_LATE = "answers_late"
    ANSWERS_NEVER = "answers_never"


class SandboxMethod(NamedTuple):
    """A card or account that exists in the sandbox only. Nobody types its number."""

    code: str
    last4: str
    outcome: Outcome = Outcome.SUCCEEDS
    type: str = "card"
    brand: str = "visa"
    reason: str = ""
    is_expired: bool = False

    def stored(self, token: str, on: date) -> StoredMethod:
        """What the portal is told of it when it is added on that day."""
        if self.type != "card":
            return StoredMethod(token, self.type, self.brand, self.last4)
        year = on.year - 1 if self.is_expired else on.year + YEARS_VALID
        return StoredMethod(token, self.type, self.brand, self.last4, 12, year)


METHODS = {
    method.code: method
    for method in (
        SandboxMethod("visa", "4242"),
        SandboxMethod("mastercard", "4444", brand="mastercard"),
        SandboxMethod("amex", "0005", brand="amex"),
        SandboxMethod("sepa", "3000", type="sepa_debit", brand=""),
        SandboxMethod("confirmation", "3155", Outcome.NEEDS_CONFIRMATION),
        SandboxMethod("declined", "0002", Outcome.DECLINES, reason="card_declined"),
        SandboxMethod("insufficient_funds", "9995", Outcome.DECLINES, reason="insufficient_funds"),
        SandboxMethod("expired", "0069", Outcome.DECLINES, reason="expired_card", is_expired=True),
        SandboxMethod("late", "0077", Outcome.ANSWERS_LATE),
        SandboxMethod("never", "0119", Outcome.ANSWERS_NEVER),
    )
}
# What a token that nobody was given, or that was detached, stands for.
UNUSABLE = SandboxMethod("", "", Outcome.DECLINES, reason="payment_method_unusable")


def new_token(code: str) -> str:
    """A token for one stored method: `tok_visa_…`."""
    return f"tok_{code}_{secrets.token_hex(TOKEN_BYTES)}"


def of_token(token: str) -> SandboxMethod:
    """The test method that a token stands for; `tok_visa` alone is one, too."""
    name = token.removeprefix("tok_")
    for code, method in METHODS.items():
        if name == code or name.startswith(f"{code}_"):
            return method
    return UNUSABLE
