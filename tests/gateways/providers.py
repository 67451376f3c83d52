"""Each provider with the handles that its contract test pulls: its pages and its clock."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Protocol

from portal.billing.gateway import Gateway, Payer, StoredMethod
from portal.gateways.sandbox import cards
from portal.gateways.sandbox.gateway import SandboxGateway
from portal.gateways.sandbox.records import SandboxCharge, SandboxSetup
from portal.gateways.sepa.mandates import Acceptance, accept
from portal.gateways.sepa.records import SepaCollection, SepaMandate
from portal.gateways.stripe.client import client
from portal.gateways.stripe.gateway import StripeGateway
from tests.factories import NOW, a_merchant
from tests.gateways.sepa.debits import IBAN, Debits
from tests.support import fake_stripe

numbers = count(1)
PAYER = Payer("cus_payer", "payer@example.com", "Pia Payer", "de")


class Provider(Protocol):
    """A gateway, and what happens at its other side."""

    gateway: Gateway

    def add(self, card: str) -> StoredMethod:
        """Somebody adds this kind of card on the provider's page."""

    def choose(self, setup_key: str, card: str) -> None: ...

    def decide(self, charge_key: str, confirmed: bool) -> None: ...

    def wait(self, time: timedelta) -> None: ...

    def charges(self, key: str) -> int: ...

    def end(self) -> None: ...


class Sandbox:
    def __init__(self) -> None:
        self.time = NOW
        self.gateway = SandboxGateway(clock=lambda: self.time)

    def add(self, card: str) -> StoredMethod:
        key = f"added-{next(numbers)}"
        self.gateway.setup_url(key, "http://localhost/back", PAYER)
        self.choose(key, card)
        found = self.gateway.find_setup(key)
        assert found
        return found

    def choose(self, setup_key: str, card: str) -> None:
        SandboxSetup.get(SandboxSetup.key == setup_key).choose(cards.METHODS[card])

    def decide(self, charge_key: str, confirmed: bool) -> None:
        SandboxCharge.get(SandboxCharge.key == charge_key).decide(confirmed)

    def wait(self, time: timedelta) -> None:
        self.time += time

    def end(self) -> None: ...

    def charges(self, key: str) -> int:
        return SandboxCharge.select().where(SandboxCharge.key == key).count()


class Stripe:
    """The official library against a Stripe on loopback."""

    def __init__(self) -> None:
        self.time = NOW
        self._server = fake_stripe.running()
        self.stripe, self.url = self._server.__enter__()
        self.stripe.clock = self._seconds
        self.gateway = StripeGateway(a_merchant(), client("sk_test_contract", self.url))

    def _seconds(self) -> float:
        return self.time.timestamp()

    def end(self) -> None:
        self._server.__exit__(None, None, None)

    def add(self, card: str) -> StoredMethod:
        key = f"added-{next(numbers)}"
        self.gateway.setup_url(key, "http://localhost/back", PAYER)
        self.choose(key, card)
        found = self.gateway.find_setup(key)
        assert found
        return found

    def choose(self, setup_key: str, card: str) -> None:
        self.stripe.choose(setup_key, card)

    def decide(self, charge_key: str, confirmed: bool) -> None:
        self.stripe.decide(charge_key, confirmed)

    def wait(self, time: timedelta) -> None:
        self.time += time

    def charges(self, key: str) -> int:
        return self.stripe.charges(key)


class Sepa:
    """The merchant's own bank: every card stands for an account with a mandate."""

    def __init__(self) -> None:
        self._debits = Debits()
        self.gateway = self._debits.gateway

    def add(self, card: str) -> StoredMethod:
        key = f"added-{next(numbers)}"
        self.gateway.setup_url(key, "http://localhost/back", PAYER)
        self.choose(key, card)
        found = self.gateway.find_setup(key)
        assert found
        return found

    def choose(self, setup_key: str, card: str) -> None:
        given = Acceptance("Pia Payer", IBAN, "de", "192.0.2.7")
        accept(SepaMandate.get(SepaMandate.key == setup_key), given, at=self._debits.time)

    def decide(self, charge_key: str, confirmed: bool) -> None: ...

    def wait(self, time: timedelta) -> None:
        self._debits.time += time

    def end(self) -> None: ...

    def charges(self, key: str) -> int:
        return SepaCollection.select().where(SepaCollection.key == key).count()


PROVIDERS: dict[str, Callable[[], Provider]] = {
    "sandbox": Sandbox,
    "sepa": Sepa,
    "stripe": Stripe,
}
