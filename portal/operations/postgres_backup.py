"""Backups of PostgreSQL: every table by COPY, from one snapshot, in a zip file."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playhouse.migrations import Runner

from portal import schema
from portal.database import database
from portal.records import RECORDS

FORMAT = "portal-postgresql-1"
MANIFEST = "manifest.json"


class Damaged(Exception):
    """Not a zip file of ours, or one that is not whole."""


def dump(path: Path) -> None:
    with (
        _patient(),
        database.atomic("REPEATABLE READ"),
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        tables = {table: _dump_table(archive, table) for table in table_names()}
        manifest = {"format": FORMAT, "migrations": schema.applied(), "rows": tables}
        archive.writestr(MANIFEST, json.dumps(manifest))


def _dump_table(archive: zipfile.ZipFile, table: str) -> int:
    (count,) = database.execute_sql(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608
    with (
        archive.open(table, "w", force_zip64=True) as file,
        _cursor() as cursor,
        cursor.copy(f'COPY "{table}" TO STDOUT') as copy,
    ):
        for data in copy:
            file.write(data)
    return int(count)


def inspect(path: Path) -> list[str]:
    """The migrations that the backup has seen. Raises `Damaged`."""
    try:
        with zipfile.ZipFile(path) as archive:
            if broken := archive.testzip():
                raise Damaged(f"{path.name}: {broken} is damaged.")
            manifest = json.loads(archive.read(MANIFEST))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise Damaged(f"{path.name} is no backup: {error}") from error
    if manifest.get("format") != FORMAT:
        raise Damaged(f"{path.name} has a format that this version does not know.")
    return list(manifest["migrations"])


def load(path: Path) -> None:
    """The tables as they were, in one transaction: all of it or nothing."""
    with _patient(), zipfile.ZipFile(path) as archive, database.atomic():
        manifest = json.loads(archive.read(MANIFEST))
        for table in [*reversed(table_names()), schema.HISTORY]:
            database.execute_sql(f'DROP TABLE IF EXISTS "{table}" CASCADE')
        runner = Runner(database.obj, str(schema.FOLDER), table_name=schema.HISTORY)
        runner.up(manifest["migrations"][-1])
        for table, rows in manifest["rows"].items():
            _load_table(archive, table, rows)


def _load_table(archive: zipfile.ZipFile, table: str, rows: int) -> None:
    with (
        archive.open(table) as file,
        _cursor() as cursor,
        cursor.copy(f'COPY "{table}" FROM STDIN') as copy,
    ):
        while data := file.read(1 << 20):
            copy.write(data)
    (found,) = database.execute_sql(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608
    if found != rows:
        raise Damaged(f"{table} has {found} rows instead of {rows}.")


def table_names() -> list[str]:
    """Parents before children."""
    return [record._meta.table_name for record in RECORDS]


@contextmanager
def _cursor() -> Iterator[Any]:
    cursor = database.connection().cursor()
    try:
        yield cursor
    finally:
        cursor.close()


@contextmanager
def _patient() -> Iterator[None]:
    """Without the limits that requests have."""
    for name in schema.TIMEOUTS:
        database.execute_sql(f"SET {name} = 0")
    try:
        yield
    finally:
        for name in schema.TIMEOUTS:
            database.execute_sql(f"RESET {name}")
