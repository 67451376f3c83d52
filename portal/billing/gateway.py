"""What billing asks of a payment provider. The gateways room answers."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from portal.billing.money import Money

if TYPE_CHECKING:
    from portal.billing.merchants import Merchant


class PaymentStatus(StrEnum):
    """`pending`: the provider has it and will say how it ended. `returned`: money that had
    come was taken back by the bank, as happens with direct debits."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    RETURNED = "returned"


UNANSWERED = (PaymentStatus.PENDING, PaymentStatus.REQUIRES_ACTION, PaymentStatus.UNKNOWN)


class RefundStatus(StrEnum):
    """UNKNOWN: the provider has not answered, so that it may or may not have gone through."""

    PENDING = "pending"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Charge(NamedTuple):
    """The provider's answer to a charge. `action_url` is where a customer confirms it.

    `amount` and `currency` are what the provider says it took, where it says so: what
    does not match the attempt is never taken for its answer.
    """

    status: PaymentStatus
    reference: str = ""
    reason: str = ""
    action_url: str = ""
    amount: int | None = None
    currency: str | None = None


class ChargeRequest(NamedTuple):
    """One of many charges that are asked for at once."""

    amount: Money
    token: str
    key: str


class Refunded(NamedTuple):
    """The provider's answer to a refund."""

    status: RefundStatus
    reference: str = ""
    reason: str = ""


class StoredMethod(NamedTuple):
    """A payment method as the provider keeps it: a token and what may be shown of it."""

    token: str
    type: str = "card"
    brand: str = ""
    last4: str = ""
    exp_month: int | None = None
    exp_year: int | None = None
    # Of a direct debit: what the bank knows the mandate by, at most 35 characters.
    mandate_reference: str = ""


class Payer(NamedTuple):
    """What a provider may know of the customer who adds a method."""

    customer_id: str
    email: str
    name: str = ""
    locale: str = "en"


class GatewayUnavailable(Exception):
    """No answer, or none that can be understood: the outcome is unknown."""


class Gateway(Protocol):
    """A payment provider, for one merchant. Calls are made outside of any transaction."""

    name: str

    def charge(self, amount: Money, token: str, key: str) -> Charge:
        """Take `amount` from the method that `token` stands for, once per `key`.

        Raises `GatewayUnavailable`; the same key may then be asked for again.
        """

    def charge_all(self, requests: Sequence[ChargeRequest]) -> list[Charge]:
        """Many charges, each as `charge` would; one without an answer is `unknown`."""

    def find_charge(self, key: str) -> Charge | None:
        """What became of the charge with this key; None if it never arrived."""

    def refund(self, charge_key: str, reference: str, amount: Money, key: str, /) -> Refunded:
        """Give back a part of a charge, once per `key`. Raises `GatewayUnavailable`."""

    def find_refund(self, key: str) -> Refunded | None:
        """What became of the refund with this key; None if it never arrived."""

    def confirmation_url(self, key: str, return_url: str) -> str:
        """The provider's page where a customer confirms a charge that requires action."""

    def setup_url(self, key: str, return_url: str, payer: Payer, /) -> str:
        """The provider's page where a customer adds a payment method."""

    def find_setup(self, key: str) -> StoredMethod | None:
        """The method that was added on that page; None if it was left before the end."""

    def detach(self, token: str) -> None:
        """Forget a stored method."""


GatewayFor = Callable[[str, "Merchant"], Gateway]


def charge_each(gateway: Gateway, requests: Sequence[ChargeRequest]) -> list[Charge]:
    """`charge_all` for a provider that takes one at a time."""
    return [_charge_or_unknown(gateway, request) for request in requests]


def _charge_or_unknown(gateway: Gateway, request: ChargeRequest) -> Charge:
    try:
        return gateway.charge(*request)
    except GatewayUnavailable:
        return Charge(PaymentStatus.UNKNOWN)
