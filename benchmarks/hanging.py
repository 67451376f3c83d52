"""What other writers notice while a provider does not answer: nothing, it is asked outside of any
transaction.

The writers change those very customers who are being billed, one after the other, at rest and
while a run waits for its provider, on the same database.
"""

import statistics
import threading
import time
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import cycle as round_and_round

from benchmarks import billing_data
from portal.billing import cycle
from portal.billing.customers import Customer
from portal.billing.gateway import Charge, ChargeRequest
from portal.billing.merchants import Merchant
from portal.billing.payments import Payment
from portal.database import database
from portal.gateways.sandbox.gateway import SandboxGateway

DUE = 50
PAUSE = 0.002


class HangingGateway(SandboxGateway):
    """Answers late."""

    def __init__(self, seconds: float) -> None:
        super().__init__(lambda: billing_data.DUE_AT)
        self.seconds = seconds
        self.is_asked = threading.Event()

    def charge_all(self, requests: Sequence[ChargeRequest]) -> list[Charge]:
        self.is_asked.set()
        time.sleep(self.seconds)
        return super().charge_all(requests)


def measure(seconds: float) -> tuple[float, float, int]:
    """Milliseconds, p99 of a write: at rest, and while the provider hangs for `seconds`.

    And how many writes there were meanwhile. Of the database that is configured.
    """
    billing_data.fill(DUE)
    people = round_and_round(list(Customer.select()))
    _writes(people, 0.5)
    at_rest = _writes(people, seconds)
    gateway = HangingGateway(seconds)
    run = threading.Thread(target=_run, args=(gateway,))
    run.start()
    gateway.is_asked.wait()
    # Ends before the answer comes: what is written then is another matter.
    meanwhile = _writes(people, seconds * 0.9)
    if not Payment.unanswered().count():
        raise RuntimeError("the provider has answered already")
    run.join()
    return _p99(at_rest), _p99(meanwhile), len(meanwhile)


def _run(gateway: HangingGateway) -> None:
    with database.connection_context():
        cycle.run(billing_data.DUE_AT, gateway_for=partial(_only, gateway))


def _only(gateway: HangingGateway, _name: str, _merchant: Merchant) -> HangingGateway:
    return gateway


def _writes(people: Iterable[Customer], seconds: float) -> list[float]:
    taken = []
    until = time.perf_counter() + seconds
    for number, customer in enumerate(people):
        begun = time.perf_counter()
        if begun > until:
            break
        customer.change(phone=f"030 {number % 2}{begun}"[:30], at=billing_data.DUE_AT)
        taken.append(time.perf_counter() - begun)
        time.sleep(PAUSE)
    return taken


def _p99(taken: Sequence[float]) -> float:
    return statistics.quantiles(taken, n=100)[98] * 1000
