"""What billing asks of a payment provider. The gateways room answers."""

from enum import StrEnum
from typing import NamedTuple, Protocol

from portal.billing.money import Money


class PaymentStatus(StrEnum):
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


UNANSWERED = (PaymentStatus.PENDING, PaymentStatus.REQUIRES_ACTION, PaymentStatus.UNKNOWN)


class Charge(NamedTuple):
    """The provider's answer to a charge. `action_url` is where a customer confirms it."""

    status: PaymentStatus
    reference: str = ""
    reason: str = ""
    action_url: str = ""


class StoredMethod(NamedTuple):
    """A payment method as the provider keeps it: a token and what may be shown of it."""

    token: str
    type: str = "card"
    brand: str = ""
    last4: str = ""
    exp_month: int | None = None
    exp_year: int | None = None


class GatewayUnavailable(Exception):
    """No answer, or none that can be understood: the outcome is unknown."""


class Gateway(Protocol):
    """A payment provider. Calls are made outside of any transaction."""

    name: str

    def charge(self, amount: Money, token: str, key: str) -> Charge:
        """Take `amount` from the method that `token` stands for, once per `key`.

        Raises `GatewayUnavailable`; the same key may then be asked for again.
        """

    def find_charge(self, key: str) -> Charge | None:
        """What became of the charge with this key; None if it never arrived."""

    def confirmation_url(self, key: str, return_url: str) -> str:
        """The provider's page where a customer confirms a charge that requires action."""

    def setup_url(self, key: str, return_url: str) -> str:
        """The provider's page where a customer adds a payment method."""

    def find_setup(self, key: str) -> StoredMethod | None:
        """The method that was added on that page; None if it was left before the end."""

    def detach(self, token: str) -> None:
        """Forget a stored method."""
