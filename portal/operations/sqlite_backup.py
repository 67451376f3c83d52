"""Backups of SQLite, through its online backup API."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peewee import DatabaseError, SqliteDatabase

from portal.database import database, write_gate
from portal.schema import HISTORY

MAGIC = b"SQLite format 3\x00"
# Few pages at a time, so that writers get through in between.
PAGES = 500


class Damaged(Exception):
    """Not a database that can be read from end to end."""


def dump(path: Path) -> None:
    with _opened(path) as copy:
        database.connection().backup(copy.connection(), pages=PAGES, sleep=0.005)
        # One file: a copy keeps its source's mode, and would have a -wal beside it.
        copy.execute_sql("PRAGMA journal_mode = delete")


def inspect(path: Path) -> list[str]:
    """The migrations that the backup has seen. Raises `Damaged`."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise Damaged(f"{path.name} is no SQLite database.")
    try:
        with _opened(path) as copy:
            _require(copy, "PRAGMA integrity_check", [("ok",)])
            _require(copy, "PRAGMA foreign_key_check", [])
            rows = copy.execute_sql(f'SELECT name FROM "{HISTORY}"')  # noqa: S608
            return [name for (name,) in rows.fetchall()]
    except DatabaseError as error:
        raise Damaged(f"{path.name} cannot be read: {error}") from error


def load(path: Path) -> None:
    """Over the pages of the database, in one transaction that other processes wait for."""
    with _opened(path) as copy, write_gate():
        copy.connection().backup(database.connection())


def _require(copy: SqliteDatabase, pragma: str, expected: list[Any]) -> None:
    found = copy.execute_sql(pragma).fetchall()
    if found != expected:
        raise Damaged(f"{pragma}: {found[:3]}")


@contextmanager
def _opened(path: Path) -> Iterator[SqliteDatabase]:
    copy = SqliteDatabase(str(path))
    with copy.connection_context():
        yield copy
