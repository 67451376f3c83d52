"""The provider that ships with the product: no money, no network, every outcome on demand."""

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.billing.gateway import Charge, GatewayUnavailable, PaymentStatus, StoredMethod
from portal.billing.money import Money
from portal.database import write
from portal.gateways.sandbox import cards
from portal.gateways.sandbox.cards import Outcome
from portal.gateways.sandbox.records import SandboxCharge, SandboxSetup
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
        method = self._method(token)
        charge = SandboxCharge.once(
            key,
            token=token,
            amount=amount.amount,
            currency=amount.currency,
            status=FIRST_STATUS[method.outcome],
            reason=method.reason,
            created_at=self._clock(),
        )
        return self._answer(charge)

    def find_charge(self, key: str) -> Charge | None:
        charge = SandboxCharge.get_or_none(SandboxCharge.key == key)
        return self._answer(charge) if charge else None

    def confirmation_url(self, key: str, return_url: str) -> str:
        with write():
            SandboxCharge.update(return_url=return_url).where(SandboxCharge.key == key).execute()
        return CONFIRMATION_PAGE + SandboxCharge.get(SandboxCharge.key == key).secret

    def setup_url(self, key: str, return_url: str) -> str:
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

    def _method(self, token: str) -> cards.SandboxMethod:
        detached = (SandboxSetup.token == token) & SandboxSetup.detached_at.is_null(False)
        if SandboxSetup.select(SandboxSetup.id).where(detached).exists():
            return cards.UNUSABLE
        return cards.of_token(token)

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
