"""Migrations make the tables that the records describe, on both engines."""

from collections.abc import Callable
from typing import Any

import pytest

from portal import schema
from portal.database import database, is_postgres
from portal.records import RECORDS
from tests.support import initial_migration
from tests.support.live import DoesNotStart, Installation

POSTGRES_FACTS = (
    """SELECT table_name, column_name, data_type, is_nullable, collation_name, column_default
       FROM information_schema.columns WHERE table_schema = 'public'""",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    """SELECT conrelid::regclass::text, contype::text, pg_get_constraintdef(oid)
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
)
SQLITE_FACTS = ("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE '%stat%'",)


def facts() -> list[Any]:
    """Everything that the database knows of its tables, history apart."""
    queries = POSTGRES_FACTS if is_postgres() else SQLITE_FACTS
    return sorted(
        str(row).replace("IF NOT EXISTS ", "")
        for query in queries
        for row in database.execute_sql(query).fetchall()
        if schema.HISTORY not in str(row)
    )


def test_migrated_tables_are_those_of_the_records(
    place: Installation, new_database_url: Callable[[], str]
):
    """Fails after a change of a record: python -m tests.support.initial_migration"""
    with place.data():
        migrated = facts()
    place.database_url = new_database_url()
    with place.data():
        database.create_tables(RECORDS)
        created = facts()

    assert migrated == created


def test_the_initial_migration_is_fresh(db: None):
    written: dict[str, Any] = {}
    exec(initial_migration.TARGET.read_text(encoding="utf-8"), written)
    previous = database.obj
    try:
        now = {
            name: initial_migration.statements(url)
            for name, url in initial_migration.ENGINES.items()
        }
    finally:
        initial_migration.restore(previous)

    assert {name: written[name] for name in now} == now


def test_migrating_twice_does_nothing_more(bare: Installation):
    assert "applied 0001_initial" in bare.portal("migrate")
    assert "up to date" in bare.portal("migrate")


def test_a_migration_can_be_taken_back(place: Installation):
    from playhouse.migrations import Runner

    with place.data():
        Runner(database.obj, str(schema.FOLDER), table_name=schema.HISTORY).down("0001_initial")
        left = [table for table in database.get_tables() if table != schema.HISTORY]

    assert left == []


def test_two_at_once_migrate_once(bare: Installation):
    import subprocess
    import sys

    command = [sys.executable, "-m", "portal", "migrate"]
    running = [
        subprocess.Popen(command, env=bare._environment(), stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=180)[0] for process in running]

    assert [process.returncode for process in running] == [0, 0, 0]
    assert sum("applied" in text for text in said) == 1


def test_serving_refuses_an_older_schema(bare: Installation):
    with pytest.raises(DoesNotStart, match="Run: portal migrate"):
        bare.portal("serve")


def test_serving_refuses_a_newer_schema(place: Installation):
    with place.data():
        database.execute_sql(
            f"INSERT INTO {schema.HISTORY} (name, applied) VALUES ('9999_later', '2030-01-01')"
        )

    with pytest.raises(DoesNotStart, match="newer version of Portal"):
        place.portal("serve")
