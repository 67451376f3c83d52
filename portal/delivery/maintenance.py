"""The jobs that recur: billing, questions without an answer, and what is kept too long."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from portal import throttle
from portal.accounts.account_tokens import AccountToken
from portal.accounts.users import ABSOLUTE, IDLE, DashboardSession
from portal.billing import asking, cycle, ledger_check
from portal.billing.customer_imports import CustomerImport
from portal.billing.gateway import Gateway
from portal.billing.merchants import Merchant
from portal.billing.refunds import Refund
from portal.database import is_out_of_service, write
from portal.delivery import billing_clock, transports
from portal.delivery.heartbeats import Heartbeat
from portal.delivery.jobs import Job, Run, Unfinished, job
from portal.gateways import gateway_for
from portal.logs import describe
from portal.record import Record, now
from portal.selfservice.portal_sessions import PortalSession
from portal.selfservice.sign_in_codes import SignInChallenge

log = structlog.get_logger("portal.jobs")

# Half of a lease at most, and codes are waiting to be mailed meanwhile.
SECONDS_A_TURN = 5.0
AT_ONCE = 200
KEEP_SESSIONS = timedelta(hours=24)
KEEP_DEAD_JOBS = timedelta(days=30)
KEEP_MAILS = timedelta(days=30)


@job
def run_billing_cycle(run: Run) -> None:
    """What is due is renewed and collected; in turns, the rest when others had theirs."""
    billing_clock.check(now(), billing_clock.uptime())
    until = time.monotonic() + SECONDS_A_TURN
    report = cycle.run(
        run.at,
        gateway_for=partial(gateway_at, run.at),
        is_time_up=lambda: time.monotonic() > until,
    )
    failures = [_failure(record_id, error) for record_id, error in report.failures]
    if report.is_unfinished:
        raise Unfinished({}, failures)
    if failures:
        raise SomeFailed("; ".join(failures[:3]))


def gateway_at(real: datetime, name: str, merchant: Merchant) -> Gateway:
    """The provider in the time of the run, as the merchant's clock shows it."""
    return gateway_for(name, merchant, partial(merchant.time, real))


def _failure(record_id: str, error: Exception) -> str:
    log.error("failed", record=record_id, error=describe(error), exc_info=error)
    return f"{record_id}: {describe(error)}"


@job
def ask_unanswered_payments(run: Run, payment: str = "") -> None:
    """Ask providers what became of payments that they have not answered."""
    turn = _Turn(run, {"payment": payment})
    turn.through(
        "payment",
        asking.due(run.at, payment),
        lambda record: asking.ask(record, gateway_for, at=record.merchant.time(run.at)),
    )
    turn.end()


@job
def ask_unanswered_refunds(run: Run, refund: str = "") -> None:
    """Ask providers what became of refunds that they have not answered."""
    turn = _Turn(run, {"refund": refund})
    turn.through(
        "refund",
        Refund.to_ask(run.at, refund),
        lambda record: record.ask_again(
            gateway_for(record.gateway, record.merchant), at=record.merchant.time(run.at)
        ),
    )
    turn.end()


@job
def check_ledgers(run: Run, merchant: str = "") -> None:
    """Compare books and providers, merchant by merchant; differences are reported."""

    def check(record: Merchant) -> None:
        at = record.time(run.at)
        ledger_check.check_books(record, at=at)
        ledger_check.check_provider(record, partial(gateway_at, run.at), at=at)

    turn = _Turn(run, {"merchant": merchant})
    turn.through(
        "merchant", Merchant.select().where(Merchant.id > merchant).order_by(Merchant.id), check
    )
    turn.end()


class _Turn:
    """Goes through records as long as a turn may take; what fails does not stop the rest."""

    def __init__(self, run: Run, cursor: dict[str, str]) -> None:
        self.run = run
        self.cursor = cursor
        self.until = time.monotonic() + SECONDS_A_TURN
        self.failures: list[str] = []

    def through(self, name: str, query: Any, act: Callable[[Any], object]) -> None:
        """Act on each record. Raises `Unfinished` where time is up or there are more."""
        records = list(query.limit(AT_ONCE))
        for record in records:
            self._attempt(record, act)
            self.cursor[name] = record.id
            if time.monotonic() > self.until:
                raise Unfinished(self.cursor, self.failures)
        if len(records) == AT_ONCE:
            raise Unfinished(self.cursor, self.failures)

    def _attempt(self, record: Record, act: Callable[[Any], object]) -> None:
        try:
            act(record)
        except Exception as error:
            if is_out_of_service(error):
                raise
            self.failures.append(f"{record.id}: {describe(error)}")
            log.error("failed", record=record.id, error=describe(error), exc_info=error)

    def end(self) -> None:
        if self.failures:
            raise SomeFailed("; ".join(self.failures[:3]))


class SomeFailed(Exception):
    """Most went well; these did not, and are tried again next time."""


@job
def delete_what_is_over(run: Run) -> None:
    """Retention: sessions and tokens a day after their end, old counters, dead jobs."""
    over = run.at - KEEP_SESSIONS
    for sessions in (PortalSession, DashboardSession):
        with write():
            sessions.delete().where(
                (sessions.created_at <= over - ABSOLUTE)
                | (sessions.seen_at <= over - IDLE)
                | (sessions.ended_at <= over)
            ).execute()
    SignInChallenge.sweep(run.at)
    AccountToken.sweep(run.at)
    CustomerImport.sweep(run.at)
    throttle.sweep(run.at)
    transports.sweep(run.settings.mail_url, run.at - KEEP_MAILS)
    with write():
        Job.delete().where(Job.dead_at <= run.at - KEEP_DEAD_JOBS).execute()
        Heartbeat.delete().where(Heartbeat.seen_at <= over).execute()
