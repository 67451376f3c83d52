"""Queries that every page asks, compiled once a process.

Peewee takes longer to write the SQL of a join over four tables than the database takes
to answer it. A prepared query keeps the text and exchanges the values.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from portal.database import database
from portal.record import UTCDateTimeField

_LOWEST = -(2**62)
_moments = UTCDateTimeField()


class Prepared:
    """A select or update of models, built once by a function of placeholders.

    `build` gets one placeholder for each value that is handed to `all`, `first` or `run`
    later: text where `kinds` says `str`, a moment where it says `datetime`, and must
    use each of them as the value of a comparison or of a column.
    """

    def __init__(self, build: Callable[..., Any], *kinds: type) -> None:
        self._build = build
        self._kinds = kinds
        self._compiled: dict[type, tuple[Any, str, list[Any], list[int | None]]] = {}

    def all(self, *values: str | datetime) -> list[Any]:
        """The rows, as the query makes them: models with what was joined, or tuples."""
        return list(self._compile()[0]._get_cursor_wrapper(self.run(*values)))

    def first(self, *values: str | datetime) -> Any | None:
        """The first row, if there is one."""
        rows = self.all(*values)
        return rows[0] if rows else None

    def run(self, *values: str | datetime) -> Any:
        """The cursor: how many rows an update changed, or what it returned, as stored."""
        _, sql, parameters, slots = self._compile()
        given = [_plain(value) for value in values]
        filled = [
            parameter if slot is None else given[slot]
            for parameter, slot in zip(parameters, slots, strict=True)
        ]
        return database.execute_sql(sql, filled)

    def _compile(self) -> tuple[Any, str, list[Any], list[int | None]]:
        engine = type(database.obj)
        if engine not in self._compiled:
            marks = [_mark(number, kind) for number, kind in enumerate(self._kinds)]
            query = self._build(*marks)
            sql, parameters = query.sql()
            slots = [marks.index(each) if each in marks else None for each in parameters]
            if set(slots) - {None} != set(range(len(marks))):
                raise ValueError("a placeholder is not used as a value")
            self._compiled[engine] = (query, sql, list(parameters), slots)
        return self._compiled[engine]


def _mark(number: int, kind: type) -> str | int:
    return _LOWEST + number if kind is datetime else f"\x01placeholder {number}\x01"


def _plain(value: str | datetime) -> str | int | None:
    return _moments.db_value(value) if isinstance(value, datetime) else value
