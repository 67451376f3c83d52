"""Writes portal/migrations/0001_initial.py from the records as they are now.

    .venv/bin/python -m tests.support.initial_migration

Only until the first release: a released migration never changes.
"""

import subprocess
import sys

from peewee import Database

from portal.database import configure, use
from portal.records import RECORDS
from portal.schema import FOLDER

TARGET = FOLDER / "0001_initial.py"
ENGINES = {"SQLITE": "sqlite:////nowhere.db", "POSTGRES": "postgresql://nobody@localhost/nothing"}
HEAD = '''"""The tables of the first release, in the words of each engine.

Made by tests/support/initial_migration.py; never changed after the release.
"""

from typing import Any

from peewee import PostgresqlDatabase
'''
TAIL = """

def up(migrator: Any, db: Any) -> None:
    for statement in POSTGRES if isinstance(db, PostgresqlDatabase) else SQLITE:
        db.execute_sql(statement)


def down(migrator: Any, db: Any) -> None:
    for table in reversed(TABLES):
        db.execute_sql(f'DROP TABLE "{table}"')
"""


def statements(url: str) -> list[str]:
    """What creates every table and index on the engine of `url`; connects to nothing."""
    configure(url)
    found = []
    for record in RECORDS:
        schema = record._schema
        for context in (schema._create_table(safe=False), *schema._create_indexes(safe=False)):
            sql, values = context.query()
            assert not values, f"{sql} has values, which a file cannot hold"
            found.append(sql)
    return found


def restore(previous: Database) -> None:
    """Point the application at the database that it had before `statements`."""
    use(previous)


def source() -> str:
    tables = [record._meta.table_name for record in RECORDS]
    parts = [HEAD, f"TABLES = {tables!r}"]
    parts += [f"{name} = {statements(url)!r}" for name, url in ENGINES.items()]
    return "\n".join(parts) + "\n" + TAIL


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    (TARGET.parent / "__init__.py").touch()
    TARGET.write_text(source(), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", TARGET], check=True)
    print(f"{TARGET.name}: {len(RECORDS)} tables")
