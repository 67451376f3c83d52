"""SQL for many rows at once, written once for each table.

Peewee writes a statement anew each time, which takes longer than the database takes to run it.
Names are those of our own tables and columns; values are handed over apart from it.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from peewee import BooleanField, ForeignKeyField, IntegerField, __exception_wrapper__

from portal.database import database


@cache
def select(record: Any) -> str:
    columns = ", ".join(f'"{field.column_name}"' for field in record._meta.sorted_fields)
    return f'SELECT {columns} FROM "{record._meta.table_name}"'  # noqa: S608


@cache
def insert(record: Any, names: tuple[str, ...], mark: str) -> str:
    meta = record._meta
    columns = ", ".join(f'"{meta.fields[name].column_name}"' for name in names)
    marks = ", ".join([mark] * len(names))
    return f'INSERT INTO "{meta.table_name}" ({columns}) VALUES ({marks})'  # noqa: S608


@cache
def update(record: Any, names: tuple[str, ...], guards: tuple[str, ...], mark: str) -> str:
    meta = record._meta
    changes = ", ".join(f'"{meta.fields[name].column_name}" = {mark}' for name in names)
    where = " AND ".join(
        f'"{meta.fields[name].column_name}" = {mark}' for name in (meta.primary_key.name, *guards)
    )
    return f'UPDATE "{meta.table_name}" SET {changes} WHERE {where}'  # noqa: S608


def values(records: Sequence[Any], names: tuple[str, ...]) -> list[list[Any]]:
    """A row for each record, as the database keeps it."""
    if not records:
        return []
    record: Any = type(records[0])
    writing = _writing(record, names)
    return [
        [
            data.get(name) if written is None else written(data.get(name))
            for name, written in writing
        ]
        for data in (record.__data__ for record in records)
    ]


@cache
def _writing(record: Any, names: tuple[str, ...]) -> list[tuple[str, Callable[[Any], Any] | None]]:
    """How each value is written; numbers, and ids of what is belonged to, as they are."""
    plain = (ForeignKeyField, IntegerField, BooleanField)
    fields = [record._meta.fields[name] for name in names]
    return [(field.name, None if isinstance(field, plain) else field.db_value) for field in fields]


@cache
def reading(record: Any) -> tuple[list[str], list[tuple[int, Callable[[Any], Any]]]]:
    """Names of the columns in the order of a select, and what must be made of their values."""
    fields = record._meta.sorted_fields
    converters = [
        (position, field.python_value)
        for position, field in enumerate(fields)
        if isinstance(field, BooleanField) or getattr(field, "is_converted", False)
    ]
    return [field.name for field in fields], converters


def run_many(statement: str, rows: Sequence[Sequence[Any]]) -> int:
    """One statement for many rows; answers how many it met."""
    if not rows:
        return 0
    with __exception_wrapper__:
        cursor = database.cursor()
        cursor.executemany(statement, rows)
        return int(cursor.rowcount)
