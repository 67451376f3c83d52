"""SQL statements, counted where they are executed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.statements: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # What the pool says of connections is a text of its own, no statement.
        if isinstance(record.msg, tuple):
            self.statements.append(record.msg[0])


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
