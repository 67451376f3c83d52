"""The billing run: what is over is renewed or ends, and what is due is collected.

Subscriptions are taken in batches, fairly between merchants. A batch is written in one
transaction, together with the payments that are to be asked for; the providers are asked
outside of any; their answers are written in another one. Everything can be repeated, and
several may run at once: a row is held while it is renewed, and a unique index allows one
invoice a period. What a crash leaves behind are payments without an answer, which are asked
for by their keys.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

from portal.billing import asking, dunning, renewals
from portal.billing.collecting import ask_all
from portal.billing.due import Queue
from portal.billing.gateway import GatewayFor
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.payments import Payment
from portal.billing.refunds import Refund
from portal.billing.renewals import Begun
from portal.billing.subscriptions import Subscription
from portal.database import is_out_of_service, repeated, write

AT_ONCE = 200


@dataclass
class Report:
    """What a run did. `failures` say id and exception of what is tried again next time."""

    steps: int = 0
    failures: list[tuple[str, Exception]] = field(default_factory=list)
    # Something is due still: time was up, or there is more to catch up on.
    is_unfinished: bool = False


def run(
    at: datetime,
    *,
    gateway_for: GatewayFor,
    merchant: Merchant | None = None,
    is_time_up: Callable[[], bool] = lambda: False,
) -> Report:
    """Everything that is due at `at`, the real time; three periods a subscription at most.

    With a merchant, only theirs, and `at` is what their clock shows: for the time machine.
    Not inside a transaction: providers are called.
    """
    report = Report()
    clock = _Clock(at, merchant, gateway_for)
    for work in (_renew, _retry, _ask):
        for _ in work(clock, report):
            if is_time_up():
                report.is_unfinished = True
                return report
    return report


def next_due(merchant: Merchant) -> datetime | None:
    """When the first thing of this merchant is due, as their clock shows it; None: never."""
    moments = (
        Subscription.next_action_at,
        Subscription.remind_at,
        Invoice.next_attempt_at,
        Payment.ask_next_at,
        Refund.ask_next_at,
    )
    earliest = [_earliest(column, merchant) for column in moments]
    return min((moment for moment in earliest if moment), default=None)


def _earliest(column: Any, merchant: Merchant) -> datetime | None:
    mine = (column.model.merchant == merchant) & column.is_null(False)
    row = column.model.select(column).where(mine).order_by(column).tuples().first()
    return row[0] if row else None


@dataclass(frozen=True)
class _Clock:
    """What time it is for whom, whose turn it is, and who charges for them."""

    at: datetime
    merchant: Merchant | None
    gateway_for: GatewayFor

    def time(self, merchant: Merchant) -> datetime:
        return self.at if self.merchant else merchant.time(self.at)

    def real(self, merchant: Merchant) -> datetime | None:
        """The real time where it counts; a sandbox's own clock is nobody's mistake."""
        return None if self.merchant or merchant.clock_offset else self.at


def _renew(clock: _Clock, report: Report) -> Iterator[None]:
    """Begin what is due in batches, ask for the money, and write down what came of it."""
    queue = Queue(clock.at, clock.merchant)
    while queue:
        begun = _begin(queue, clock)
        report.steps += begun.steps
        report.is_unfinished |= begun.is_behind
        report.failures += begun.failures.items()
        _charge(begun.payments, clock, report)
        yield


def _begin(queue: Queue, clock: _Clock) -> Begun:
    """One batch. Where it is refused, one after the other: that finds the one at fault.

    A batch that met a conflict goes on like this, too.
    """
    taken: list[Subscription] = []
    try:
        with write():
            taken = queue.take()
            return _begin_held(taken, clock)
    except Exception as error:  # found again below, by itself
        if is_out_of_service(error):
            raise
        begun = Begun()
        for subscription in taken:
            _begin_alone(subscription, clock, begun)
        return begun


def _begin_alone(subscription: Subscription, clock: _Clock, begun: Begun) -> None:
    def unit() -> Begun:
        with write():
            return _begin_held([subscription.refresh()], clock)

    try:
        one = repeated(unit)
    except Exception as error:  # reported, and tried again next time
        if is_out_of_service(error):
            raise
        begun.failures[subscription.id] = error
        return
    begun.steps += one.steps
    begun.is_behind |= one.is_behind
    begun.payments += one.payments
    begun.failures |= one.failures


def _begin_held(subscriptions: list[Subscription], clock: _Clock) -> Begun:
    return renewals.begin(
        subscriptions,
        lambda subscription: clock.time(subscription.merchant),
        real=lambda subscription: clock.real(subscription.merchant),
    )


def _charge(payments: Iterable[Payment], clock: _Clock, report: Report) -> None:
    """Ask each merchant's providers. What goes wrong here is asked for again by key."""

    def provider(payment: Payment) -> tuple[str, str]:
        return payment.merchant_id, payment.gateway

    for (_, name), group in groupby(sorted(payments, key=provider), key=provider):
        theirs = list(group)
        merchant = theirs[0].merchant
        try:
            ask_all(theirs, clock.gateway_for(name, merchant), at=clock.time(merchant))
        except Exception as error:  # one provider's trouble is not another's
            if is_out_of_service(error):
                raise
            report.failures.append((theirs[0].id, error))


def _retry(clock: _Clock, report: Report) -> Iterator[None]:
    """Tries and reminders that are due."""

    def retry(invoice: Invoice) -> None:
        dunning.retry(invoice, clock.gateway_for, at=clock.time(invoice.merchant))

    for at, mine in _scopes(clock):
        yield from _each(partial(dunning.due, at), mine, retry, report)


def _ask(clock: _Clock, report: Report) -> Iterator[None]:
    """Questions without an answer, of those who live ahead; jobs of their own ask the others."""

    def ask(payment: Payment) -> None:
        asking.ask(payment, clock.gateway_for, at=clock.time(payment.merchant))

    def ask_back(refund: Refund) -> None:
        gateway = clock.gateway_for(refund.gateway, refund.merchant)
        refund.ask_again(gateway, clock.time(refund.merchant))

    for merchant in [clock.merchant] if clock.merchant else _ahead():
        at = clock.time(merchant)
        yield from _each(partial(asking.due, at), Payment.merchant == merchant, ask, report)
        mine = Refund.merchant == merchant
        yield from _each(partial(_refunds_to_ask, at), mine, ask_back, report)


def _refunds_to_ask(at: datetime, after: str) -> Any:
    return Refund.to_ask(at).where(Refund.id > after)


def _scopes(clock: _Clock) -> Iterator[tuple[datetime, Any]]:
    """(time, whose invoices): all by the real time, then those who live ahead by theirs."""
    if clock.merchant:
        yield clock.at, Invoice.merchant == clock.merchant
        return
    yield clock.at, Invoice.id.is_null(False)
    for merchant in _ahead():
        yield clock.time(merchant), Invoice.merchant == merchant


def _ahead() -> list[Merchant]:
    return list(Merchant.select().where(Merchant.clock_offset > 0).order_by(Merchant.id))


def _each(
    query: Callable[[str], Any],
    mine: Any,
    act: Callable[[Any], object],
    report: Report,
) -> Iterator[None]:
    """Act on each row by id; what fails does not stop the rest."""
    after = ""
    while rows := list(query(after).where(mine).limit(AT_ONCE)):
        for row in rows:
            try:
                act(row)
            except Exception as error:  # reported, and tried again next time
                if is_out_of_service(error):
                    raise
                report.failures.append((row.id, error))
            report.steps += 1
            yield
        after = rows[-1].id
