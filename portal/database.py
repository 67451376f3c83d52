"""Connections and transactions, and the one place for differences between the engines."""

import fcntl
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from peewee import Database, DatabaseProxy, OperationalError
from playhouse.pool import PooledPostgresqlDatabase, PooledSqliteDatabase

from portal.config import ConfigurationError

database = DatabaseProxy()
Result = TypeVar("Result")
_commits: ContextVar[int] = ContextVar("commits", default=0)

SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    # FULL: an acknowledged commit survives a power cut, not only a crash of the process.
    "synchronous": "full",
    "foreign_keys": 1,
    "busy_timeout": 10_000,
    "trusted_schema": 0,
    "cache_size": -16_000,
    "temp_store": "memory",
}
POSTGRES_OPTIONS = (
    "-c statement_timeout=15000 -c lock_timeout=5000 "
    "-c idle_in_transaction_session_timeout=30000 -c timezone=UTC"
)
MOST_CONNECTIONS = 20
# Kept from other writers, but not from rows that only refer to it (as FOR UPDATE would).
HOLDING = "FOR NO KEY UPDATE"
# A deadlock, or another transaction that was faster: nothing was done, it can be done again.
CONFLICTS = frozenset({"40P01", "40001"})
MOST_REPEATS = 3
# Seconds to wait for other writers, and between two looks whether they are done.
LONGEST_WAIT = 10.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.0003, 0.005
# Ids are compared bytewise on both engines; PostgreSQL would use the locale's order.
SQLITE_TYPES = {"ID": "TEXT"}
POSTGRES_TYPES = {"ID": 'TEXT COLLATE "C"'}


class SqliteDatabase(PooledSqliteDatabase):
    field_types = PooledSqliteDatabase.field_types | SQLITE_TYPES


class PostgresqlDatabase(PooledPostgresqlDatabase):
    field_types = PooledPostgresqlDatabase.field_types | POSTGRES_TYPES


def configure(url: str) -> Database:
    """Point the whole application at the database behind `url`; opens no connection."""
    engine = _postgres(url) if urlsplit(url).scheme.startswith("postgres") else _sqlite(url)
    use(engine)
    return engine


def use(engine: Database | None) -> None:
    """Point the whole application at an engine that was configured before, or at none."""
    database.initialize(engine)
    _gate.use(None if engine is None or is_postgres() else engine.database)


def is_postgres() -> bool:
    return isinstance(database.obj, PooledPostgresqlDatabase)


def _sqlite(url: str) -> Database:
    path = unquote(urlsplit(url).path)
    name = path[1:] if path.startswith("//") else path
    if not name or name == "/":
        raise ConfigurationError("PORTAL_DATABASE_URL names no file")
    Path(name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return SqliteDatabase(
        name,
        pragmas=SQLITE_PRAGMAS,
        max_connections=MOST_CONNECTIONS,
        timeout=5,
        check_same_thread=False,
    )


def _postgres(url: str) -> Database:
    parts = urlsplit(url)
    given: dict[str, Any] = dict(parse_qsl(parts.query))
    if parts.hostname:
        given["host"] = parts.hostname
    given |= {
        key: unquote(str(value))
        for key, value in {
            "port": parts.port,
            "user": parts.username,
            "password": parts.password,
        }.items()
        if value
    }
    return PostgresqlDatabase(
        parts.path.lstrip("/"),
        prefer_psycopg3=True,
        options=POSTGRES_OPTIONS,
        max_connections=MOST_CONNECTIONS,
        timeout=5,
        stale_timeout=300,
        **given,
    )


class _Gate:
    """Lets one writer at a time through to SQLite, across threads and processes.

    SQLite's own busy handler is unfair: waits reach a second where a lock on a
    file beside the database keeps them at milliseconds.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._path: str | None = None

    def use(self, database_path: str | None) -> None:
        self._path = f"{database_path}.gate" if database_path else None

    @contextmanager
    def opened(self) -> Iterator[None]:
        if self._path is None:
            yield
            return
        until = time.monotonic() + LONGEST_WAIT
        if not self._lock.acquire(timeout=LONGEST_WAIT):
            raise OperationalError("another writer takes too long")
        try:
            with Path(self._path).open("ab") as file:
                _lock(file, until)
                yield
        finally:
            self._lock.release()


def _lock(file: IO[bytes], until: float) -> None:
    """Asks often instead of waiting in line: only so can it give up. Raises `OperationalError`."""
    pause = SHORTEST_PAUSE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise OperationalError("another process writes for too long") from None
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            return


_gate = _Gate()


@contextmanager
def write() -> Iterator[None]:
    """A transaction that writes. Inside another one it is a savepoint.

    Begins IMMEDIATE on SQLite: a transaction that reads first and writes later
    would fail at once when somebody else wrote in between.
    """
    is_outermost = not database.in_transaction()
    if is_postgres() or not is_outermost:
        with database.atomic():
            yield
    else:
        with _gate.opened(), database.atomic("IMMEDIATE"):
            yield
    _commits.set(commits() + is_outermost)


def commits() -> int:
    """How many transactions of `write` were committed in this context."""
    return _commits.get()


@contextmanager
def write_gate() -> Iterator[None]:
    """Keeps other writers out without a transaction: for tools that bring their own."""
    with _gate.opened():
        yield


def held(query: Any) -> Any:
    """The query's rows, kept from other writers until the transaction ends.

    SQLite has only one writer at a time anyway.
    """
    return query.for_update(HOLDING) if is_postgres() else query


def repeated(unit: Callable[[], Result]) -> Result:
    """Do a whole transaction, and again where PostgreSQL gave it up for the sake of another.

    The unit must read all anew that it judges by. Inside a transaction it is done once: only
    the outermost can be repeated.
    """
    for _ in range(MOST_REPEATS):
        try:
            return unit()
        except OperationalError as error:
            if database.in_transaction() or not is_conflict(error):
                raise
        time.sleep(LONGEST_PAUSE * random.random())  # noqa: S311 - no secret
    return unit()


def is_conflict(error: Exception) -> bool:
    """Whether PostgreSQL gave a transaction up for the sake of another one."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in CONFLICTS


def is_out_of_service(error: Exception) -> bool:
    """Whether the database is away, busy or full: no fault of what was being done."""
    return isinstance(error, OperationalError) and not is_conflict(error)
