"""The provider that ships with the product: no money, no network, every outcome on demand."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from portal.billing.gateway import (
    Charge,
    ChargeRequest,
    GatewayUnavailable,
    Payer,
    PaymentStatus,
    Refunded,
    RefundStatus,
    StoredMethod,
)
from portal.billing.money import Money
from portal.database import write
from portal.gateways.sandbox import cards
from portal.gateways.sandbox.cards import Outcome
from portal.gateways.sandbox.records import SandboxCharge, SandboxRefund, SandboxSetup
from portal.ids import new_id
from portal.record import now

LATE = timedelta(minutes=1)
SETUP_PAGE = "/p/sandbox/setups/"
CONFIRMATION_PAGE = "/p/sandbox/confirmations/"
FIRST_STATUS = {
    Outcome.SUCCEEDS: PaymentStatus.SUCCEEDED,
    Outcome.DECLINES: PaymentStatus.FAILED,
    Outcome.NEEDS_CONFIRMATION: PaymentStatus.REQUIRES_ACTION,
    Outcome.ANSWERS_LATE: PaymentStatus.PENDING,
    Outcome.ANSWERS_NEVER: PaymentStatus.PENDING,
}


class SandboxGateway:
    """Answers as the test method says. Its clock is its own, as a provider's is."""

    name = "sandbox"

    def __init__(self, clock: Callable[[], datetime] = now) -> None:
        self._clock = clock

    def charge(self, amount: Money, token: str, key: str) -> Charge:
        (charge,) = self._charges([ChargeRequest(amount, token, key)])
        return self._answer(charge)

    def charge_all(self, requests: Sequence[ChargeRequest]) -> list[Charge]:
        return [self._answer_or_unknown(charge) for charge in self._charges(requests)]

    def _charges(self, requests: Sequence[ChargeRequest]) -> list[SandboxCharge]:
        """The charges of these keys in one transaction; those that are new are made now."""
        unusable = SandboxSetup.detached([request.token for request in requests])
        at = self._clock()
        made = {
            request.key: self._made(request, request.token in unusable, at) for request in requests
        }
        SandboxCharge.once(list(made.values()))
        kept = {charge.key: charge for charge in SandboxCharge.among("key", list(made))}
        return [kept[request.key] for request in requests]

    def _made(self, request: ChargeRequest, is_unusable: bool, at: datetime) -> SandboxCharge:
        method = cards.UNUSABLE if is_unusable else cards.of_token(request.token)
        return SandboxCharge(
            id=new_id(SandboxCharge.PREFIX, at),
            key=request.key,
            token=request.token,
            amount=request.amount.amount,
            currency=request.amount.currency,
            status=FIRST_STATUS[method.outcome],
            reason=method.reason,
            created_at=at,
        )

    def _answer_or_unknown(self, charge: SandboxCharge) -> Charge:
        try:
            return self._answer(charge)
        except GatewayUnavailable:
            return Charge(PaymentStatus.UNKNOWN)

    def refund(self, charge_key: str, _reference: str, amount: Money, key: str) -> Refunded:
        """Once a key; more than was charged is refused."""
        with write():
            if found := SandboxRefund.get_or_none(SandboxRefund.key == key):
                return Refunded(found.status, found.id, found.reason)
            fits = self._left_of(charge_key) >= amount.amount
            refund = SandboxRefund.create(
                key=key,
                charge_key=charge_key,
                amount=amount.amount,
                currency=amount.currency,
                status=RefundStatus.SUCCEEDED if fits else RefundStatus.FAILED,
                reason="" if fits else "charge_already_refunded",
                created_at=self._clock(),
            )
        return Refunded(refund.status, refund.id, refund.reason)

    def find_refund(self, key: str) -> Refunded | None:
        found = SandboxRefund.get_or_none(SandboxRefund.key == key)
        return Refunded(found.status, found.id, found.reason) if found else None

    def _left_of(self, charge_key: str) -> int:
        charge = SandboxCharge.get_or_none(SandboxCharge.key == charge_key)
        if charge is None or charge.status != PaymentStatus.SUCCEEDED:
            return 0
        mine = (SandboxRefund.charge_key == charge_key) & (
            SandboxRefund.status == RefundStatus.SUCCEEDED
        )
        given_back = SandboxRefund.select(SandboxRefund.amount).where(mine)
        return int(charge.amount) - sum(refund.amount for refund in given_back)

    def find_charge(self, key: str) -> Charge | None:
        charge = SandboxCharge.get_or_none(SandboxCharge.key == key)
        return self._answer(charge) if charge else None

    def confirmation_url(self, key: str, return_url: str) -> str:
        with write():
            SandboxCharge.update(return_url=return_url).where(SandboxCharge.key == key).execute()
        return CONFIRMATION_PAGE + SandboxCharge.get(SandboxCharge.key == key).secret

    def setup_url(self, key: str, return_url: str, _payer: Payer) -> str:
        with write():
            setup = SandboxSetup.get_or_none(SandboxSetup.key == key) or SandboxSetup.create(
                key=key, return_url=return_url, created_at=self._clock()
            )
        return SETUP_PAGE + setup.secret

    def find_setup(self, key: str) -> StoredMethod | None:
        setup = SandboxSetup.get_or_none(SandboxSetup.key == key)
        if setup is None or not setup.is_complete:
            return None
        return cards.METHODS[setup.method_code].stored(setup.token, self._clock().date())

    def detach(self, token: str) -> None:
        with write():
            SandboxSetup.update(detached_at=self._clock()).where(
                SandboxSetup.token == token
            ).execute()

    def _answer(self, charge: SandboxCharge) -> Charge:
        outcome = cards.of_token(charge.token).outcome
        if outcome == Outcome.ANSWERS_NEVER:
            raise GatewayUnavailable("this test card never answers")
        if outcome == Outcome.ANSWERS_LATE and self._clock() - charge.created_at >= LATE:
            charge.answer(PaymentStatus.SUCCEEDED)
            charge = charge.reload()
        url = CONFIRMATION_PAGE + charge.secret
        needs_action = charge.status == PaymentStatus.REQUIRES_ACTION
        return Charge(charge.status, charge.id, charge.reason, url if needs_action else "")
