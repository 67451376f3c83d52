"""The tables and how they got there: numbered migrations, each applied once and for good.

A migration is a file `portal/migrations/0002_….py` with `up(migrator, db)` and, where that
is possible, `down(migrator, db)`. Released ones never change.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.database import database, is_postgres
from portal.folders import PACKAGE

FOLDER = PACKAGE / "migrations"
HISTORY = "schema_migration"
LOCK = 7_065_740_001  # any number that nobody else takes
# A migration may take longer than any request.
TIMEOUTS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


class SchemaError(Exception):
    """The database does not have the tables that this version works with."""


class SchemaTooOld(SchemaError):
    """Migrations of this version have not been applied."""


class SchemaTooNew(SchemaError):
    """A newer version has changed the tables."""


def known() -> list[str]:
    """The names of the migrations of this version, in order."""
    return sorted(path.stem for path in FOLDER.glob("[0-9]*.py"))


def applied() -> list[str]:
    """The names of those that this database has seen."""
    if not database.table_exists(HISTORY):
        return []
    rows = database.execute_sql(f'SELECT name FROM "{HISTORY}" ORDER BY name')  # noqa: S608
    return [name for (name,) in rows.fetchall()]


def require_current() -> None:
    """Raises `SchemaTooOld` or `SchemaTooNew`, in words for the operator."""
    here, there = set(known()), set(applied())
    if newer := sorted(there - here):
        raise SchemaTooNew(
            f"The database was migrated by a newer version of Portal ({newer[-1]}). "
            "Install that version, or restore a backup."
        )
    if missing := sorted(here - there):
        raise SchemaTooOld(
            f"The database lacks {len(missing)} migration(s), the first is {missing[0]}. "
            "Run: portal migrate"
        )


def migrate() -> list[str]:
    """Apply what is missing, in order; answers the names. Raises `SchemaTooNew`.

    One process at a time: another one waits, and finds nothing left to do.
    """
    from playhouse.migrations import Runner  # noqa: PLC0415 - only here, and not small

    with database.connection_context() if database.is_closed() else _open(), _alone():
        try:
            require_current()
        except SchemaTooOld:
            return list(Runner(database.obj, str(FOLDER), table_name=HISTORY).up())
        return []


@contextmanager
def _open() -> Iterator[None]:
    yield


@contextmanager
def _alone() -> Iterator[None]:
    if not is_postgres():
        with Path(f"{database.obj.database}.migrating").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    for name in TIMEOUTS:
        database.execute_sql(f"SET {name} = 0")
    database.execute_sql(f"SELECT pg_advisory_lock({LOCK})")
    try:
        yield
    finally:
        database.execute_sql(f"SELECT pg_advisory_unlock({LOCK})")
        for name in TIMEOUTS:
            database.execute_sql(f"RESET {name}")
