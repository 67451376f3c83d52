"""Backup while everything runs, and a restore that is checked before it is believed.

SQLite is copied through its own backup API. Of PostgreSQL the tables are read in one
snapshot (COPY) into a zip file, so that no program of a certain version is needed.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from portal import schema
from portal.database import is_postgres
from portal.operations import postgres_backup, sqlite_backup


class BackupUnusable(Exception):
    """The file is damaged, or no backup of this engine and version; nothing was changed."""


def write_backup(target: Path) -> int:
    """Write a verified backup; answers its size. The file appears when it is complete."""
    engine = postgres_backup if is_postgres() else sqlite_backup
    with _unfinished(target) as path:
        engine.dump(path)
        check(path)
    return target.stat().st_size


def restore(source: Path, data_dir: Path, at: datetime) -> Path | None:
    """Put the backup in place of what is there; answers where that was saved to.

    Raises `BackupUnusable` before anything is touched.
    """
    check(source)
    saved = None
    if schema.applied():
        saved = data_dir / f"before-restore-{at:%Y%m%dT%H%M%S.%f}.backup"
        write_backup(saved)
    (postgres_backup if is_postgres() else sqlite_backup).load(source)
    return saved


def check(path: Path) -> None:
    """Raises `BackupUnusable` unless the file is whole and of this engine and version."""
    engine = postgres_backup if is_postgres() else sqlite_backup
    if not path.is_file():
        raise BackupUnusable(f"There is no file {path}.")
    try:
        names = engine.inspect(path)
    except engine.Damaged as error:
        raise BackupUnusable(str(error)) from error
    if unknown := sorted(set(names) - set(schema.known())):
        raise BackupUnusable(f"The backup is of a newer version of Portal ({unknown[-1]}).")


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its name when all went well; nobody else reads it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    path = target.with_name(f".{target.name}.{os.getpid()}")
    path.touch(mode=0o600)
    try:
        yield path
        with path.open("rb") as file:
            os.fsync(file.fileno())
        path.rename(target)
    finally:
        path.unlink(missing_ok=True)
