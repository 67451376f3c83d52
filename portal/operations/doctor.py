"""Looks an installation over: configuration, database, mail, worker."""

import smtplib
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit

from peewee import PeeweeException

from portal import schema
from portal.billing.ledger_differences import LedgerDifference
from portal.billing.payments import Payment
from portal.billing.refunds import Refund
from portal.config import Settings, is_loopback
from portal.database import database, is_postgres
from portal.delivery import transports
from portal.delivery.billing_clock import is_behind
from portal.delivery.heartbeats import Heartbeat
from portal.delivery.jobs import Job
from portal.logs import describe

# Before it, a rare fault can damage a database that several processes write (WAL reset).
SAFE_SQLITE = (3, 51, 3)
LONGEST_LAG = timedelta(minutes=5)
SECONDS = 3


class Verdict(StrEnum):
    GOOD = "ok"
    WARNING = "warning"
    BAD = "error"


class Finding(NamedTuple):
    what: str
    verdict: Verdict
    words: str


def examine(settings: Settings, at: datetime) -> Iterator[Finding]:
    """Every finding, good ones included. Changes nothing."""
    yield from configuration(settings)
    try:
        with database.connection_context():
            yield from data()
            yield from work(at)
            yield from books()
    except (PeeweeException, OSError) as error:
        yield Finding("database", Verdict.BAD, describe(error))
    yield mail(settings)
    yield address(settings)


def configuration(settings: Settings) -> Iterator[Finding]:
    yield _judged(
        "secret key", bool(settings.secret_key), "set", "PORTAL_SECRET_KEY is not set", Verdict.BAD
    )
    yield _judged(
        "base URL",
        not is_loopback(settings.base_url),
        settings.base_url,
        f"{settings.base_url} can be reached from this machine only",
    )
    is_private = not settings.data_dir.exists() or not settings.data_dir.stat().st_mode & 0o077
    yield _judged(
        "data folder", is_private, "private", f"{settings.data_dir} is readable by others"
    )


def data() -> Iterator[Finding]:
    if is_postgres():
        (version,) = database.execute_sql("SHOW server_version").fetchone()
        yield Finding("database", Verdict.GOOD, f"PostgreSQL {version}")
    else:
        version = tuple(database.obj.server_version)
        text = "SQLite " + ".".join(map(str, version))
        yield _judged(
            "database",
            version >= SAFE_SQLITE,
            text,
            f"{text} has a fault that can damage a database written by several processes; "
            "3.51.3 or newer is safe (package pysqlite3), or use PostgreSQL",
        )
        (state,) = database.execute_sql("PRAGMA quick_check").fetchone()
        yield _judged("integrity", state == "ok", "no damage found", str(state), Verdict.BAD)
    try:
        schema.require_current()
    except schema.SchemaError as error:
        yield Finding("migrations", Verdict.BAD, str(error))
    else:
        yield Finding("migrations", Verdict.GOOD, "current")


def work(at: datetime) -> Iterator[Finding]:
    if not database.table_exists(Job._meta.table_name):
        return
    seen = Heartbeat.last()
    words = f"last seen {seen:%Y-%m-%d %H:%M:%S} UTC" if seen else "none has ever run"
    yield _judged("worker", Heartbeat.is_alive(at), "running", f"{words}; run: portal worker")
    behind = f"it shows {at:%Y-%m-%d %H:%M} UTC, less than when billing ran last; billing waits"
    yield _judged("clock", not is_behind(at), "goes forward", behind, Verdict.BAD)
    lag = Job.lag(at)
    yield _judged("queue", lag <= LONGEST_LAG, "nothing waits long", f"the oldest job waits {lag}")
    dead = Job.select().where(Job.dead_at.is_null(False)).count()
    yield _judged("jobs", not dead, "none given up", f"{dead} were given up; see the log")


def books() -> Iterator[Finding]:
    """What the daily check found, and what waits for a person."""
    if not database.table_exists(LedgerDifference._meta.table_name):
        return
    count = LedgerDifference.open().count()
    yield _judged(
        "ledger", not count, "books and money agree", f"{count} differences; see the activity log"
    )
    odd = sum(
        kind.select().where(kind.needs_review_at.is_null(False)).count()
        for kind in (Payment, Refund)
    )
    yield _judged("payments", not odd, "all decided", f"{odd} wait for a merchant's decision")


def mail(settings: Settings) -> Finding:
    scheme = urlsplit(settings.mail_url).scheme
    if scheme != "smtp":
        return Finding("mail", Verdict.WARNING, f"mails go to {scheme}: and to nobody's mailbox")
    try:
        with transports.connection(settings.mail_url) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        return Finding("mail", Verdict.BAD, describe(error))
    return Finding("mail", Verdict.GOOD, f"{urlsplit(settings.mail_url).hostname} answers")


def address(settings: Settings) -> Finding:
    """Whether what customers will open is there."""
    url = f"{settings.base_url}/healthz"
    try:
        # The scheme was checked when the settings were read: http or https.
        with urllib.request.urlopen(url, timeout=SECONDS):  # noqa: S310
            return Finding("server", Verdict.GOOD, f"answers at {settings.base_url}")
    except (OSError, urllib.error.URLError) as error:
        return Finding("server", Verdict.WARNING, f"no answer from {url}: {describe(error)}")


def _judged(
    what: str, is_good: bool, good: str, bad: str, verdict: Verdict = Verdict.WARNING
) -> Finding:
    return Finding(what, Verdict.GOOD if is_good else verdict, good if is_good else bad)
