"""Counting what a page asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from portal.database import database


@contextmanager
def count_queries() -> Iterator[list[str]]:
    """The statements executed inside the block, in order."""
    asked: list[str] = []
    engine = database.obj
    execute = engine.execute_sql

    def listening(sql: str, *args: Any, **kwargs: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")):
            asked.append(sql)
        return execute(sql, *args, **kwargs)

    engine.execute_sql = listening
    try:
        yield asked
    finally:
        del engine.execute_sql
