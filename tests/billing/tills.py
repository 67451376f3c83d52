"""A provider that answers as told, and remembers what it was asked."""

from collections.abc import Sequence

from portal.billing.gateway import (
    Charge,
    ChargeRequest,
    GatewayUnavailable,
    PaymentStatus,
    charge_each,
)
from portal.billing.money import Money

TAKEN = Charge(PaymentStatus.SUCCEEDED, "ch_1")
REFUSED = Charge(PaymentStatus.FAILED, reason="insufficient_funds")
LOST = Charge(PaymentStatus.FAILED, reason="lost_card")
SILENCE = Charge(PaymentStatus.UNKNOWN)
CONFIRM = Charge(PaymentStatus.REQUIRES_ACTION, "ch_1", action_url="https://bank.test/confirm")
ON_ITS_WAY = Charge(PaymentStatus.PENDING, "ch_1")


class Till:
    """`answer` is what becomes of every charge; what did not arrive is not found."""

    name = "sandbox"

    def __init__(self, answer: Charge = TAKEN, *, arrives: bool = True) -> None:
        self.answer, self.arrives = answer, arrives
        self.keys: list[str] = []
        self.tokens: list[str] = []
        self.asked: list[str] = []

    def __call__(self, _name: str, _merchant: object) -> "Till":
        """Stands for `gateway_for`, too."""
        return self

    def charge(self, _amount: Money, token: str, key: str) -> Charge:
        self.keys.append(key)
        self.tokens.append(token)
        return self._answer()

    def charge_all(self, requests: Sequence[ChargeRequest]) -> list[Charge]:
        return charge_each(self, requests)  # type: ignore[arg-type]

    def find_charge(self, key: str) -> Charge | None:
        self.asked.append(key)
        return self._answer() if self.arrives else None

    def _answer(self) -> Charge:
        if self.answer.status == PaymentStatus.UNKNOWN:
            raise GatewayUnavailable
        return self.answer
