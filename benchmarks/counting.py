"""SQL statements, counted where they are executed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.statements: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        statement = record.msg[0] if isinstance(record.msg, tuple) else str(record.msg)
        self.statements.append(statement)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are executed inside the block."""
    logger = logging.getLogger("peewee")
    collector, level = _Collector(), logger.level
    logger.addHandler(collector)
    logger.setLevel(logging.DEBUG)
    try:
        yield collector.statements
    finally:
        logger.setLevel(level)
        logger.removeHandler(collector)
