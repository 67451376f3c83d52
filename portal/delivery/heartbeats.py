"""Which workers are alive: one row a process, for `portal doctor` and /readyz."""

import os
import socket
from datetime import datetime, timedelta

from peewee import TextField

from portal.database import write
from portal.record import Record, UTCDateTimeField

EVERY = timedelta(seconds=10)
ALIVE_WITHIN = timedelta(seconds=60)
PROBE = "readyz"  # not a worker, but the row that shows that the database takes writes


class Heartbeat(Record):
    """A worker process and when it was last seen."""

    PREFIX = "hb"

    process = TextField(unique=True)
    seen_at = UTCDateTimeField()

    @classmethod
    def beat(cls, *, at: datetime, process: str = "") -> None:
        """This process, or the named one, is there at `at` (real time)."""
        process = process or f"{socket.gethostname()}:{os.getpid()}"
        with write():
            if not cls.update(seen_at=at).where(cls.process == process).execute():
                cls.create(process=process, seen_at=at, created_at=at)

    @classmethod
    def last(cls) -> datetime | None:
        """When any worker was last seen."""
        newest = cls.select().where(cls.process != PROBE).order_by(cls.seen_at.desc()).first()
        return newest.seen_at if newest else None

    @classmethod
    def is_alive(cls, at: datetime) -> bool:
        """Whether any worker was seen within the last minute."""
        seen = cls.last()
        return seen is not None and at - seen <= ALIVE_WITHIN

    @classmethod
    def stop(cls, *, process: str = "") -> None:
        """This process is going."""
        process = process or f"{socket.gethostname()}:{os.getpid()}"
        with write():
            cls.delete().where(cls.process == process).execute()
