"""Work for later: rows written in the transaction of their cause, run by workers.

A job is a function with a name and a few ids. Whoever enqueues one needs no worker; whoever
runs one (`portal.delivery.running`) hands it what it needs to know.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import ForeignKeyField, IntegerField, TextField

from portal.billing.merchants import Merchant
from portal.config import Settings
from portal.crypto import Keyring
from portal.database import write
from portal.record import JSONField, Record, UTCDateTimeField

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 40  # about three days: a missing mail server delays mails and loses none
FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(hours=2)


@dataclass(frozen=True)
class Run:
    """What a job is handed: the moment, the installation's settings and keys, its own row."""

    at: datetime
    settings: Settings
    keyring: Keyring
    job: "Job"


class Hopeless(Exception):
    """Trying again cannot help, such as an address that does not exist."""


class Unfinished(Exception):
    """A part of a long piece of work is done; the rest follows when others had their turn.

    `arguments` are those with which the job goes on, `failures` what went wrong so far.
    """

    def __init__(self, arguments: dict[str, Any], failures: Sequence[str] = ()) -> None:
        super().__init__()
        self.arguments = arguments
        self.failures = failures


JobFunction = Callable[..., None]
_registry: dict[str, JobFunction] = {}


def job(function: JobFunction) -> JobFunction:
    """Register `function(run, **arguments)` under its name."""
    _registry[function.__name__] = function
    return function


def function_of(name: str) -> JobFunction:
    """The function of a job. Raises `Hopeless` for a name that nobody registered."""
    if name not in _registry:
        raise Hopeless(f"no job is called {name}")
    return _registry[name]


class Job(Record):
    """One call of a registered function. Arguments are ids, never records.

    A worker takes a lease; when it dies, the lease runs out and another one takes over.
    A job that is done is deleted. `unique_key` lets at most one such job wait. One with
    `expires_at` goes first, and is dropped once that moment is past.
    """

    PREFIX = "job"

    name = TextField()
    arguments = JSONField(default=dict)
    merchant = ForeignKeyField(Merchant, null=True, index=False, on_delete="CASCADE")
    unique_key = TextField(null=True, unique=True)
    run_at = UTCDateTimeField()
    attempts = IntegerField(default=0)
    most_attempts = IntegerField(default=MOST_ATTEMPTS)
    expires_at = UTCDateTimeField(null=True)
    leased_until = UTCDateTimeField(null=True)
    last_error = TextField(default="")
    dead_at = UTCDateTimeField(null=True)

    @classmethod
    def waiting(cls) -> Any:
        """A condition: neither dead nor given up."""
        return cls.dead_at.is_null()

    @classmethod
    def due(cls, at: datetime) -> Any:
        """A condition: to be run now, by nobody yet, or by somebody whose lease ran out."""
        free = cls.leased_until.is_null() | (cls.leased_until <= at)
        return cls.waiting() & (cls.run_at <= at) & free

    @classmethod
    def lag(cls, at: datetime) -> timedelta:
        """For how long the oldest job has been due that never had its turn."""
        oldest = (
            cls.select(cls.run_at).where(cls.due(at) & (cls.attempts == 0)).order_by(cls.run_at)
        ).first()
        return max(at - oldest.run_at, timedelta(0)) if oldest else timedelta(0)

    @property
    def delay(self) -> timedelta:
        """How long to wait after a failure: three times as long each time."""
        return min(FIRST_DELAY * 3 ** min(self.attempts - 1, 10), LONGEST_DELAY)


Job.add_index(Job.run_at, where=Job.dead_at.is_null(), name="job_due")
Job.add_index(Job.merchant, Job.run_at, where=Job.dead_at.is_null(), name="job_merchant_due")
Job.add_index(Job.run_at, where=Job.expires_at.is_null(False), name="job_urgent")
Job.add_index(Job.dead_at, where=Job.dead_at.is_null(False), name="job_dead")


def enqueue(
    name: str,
    *,
    at: datetime,
    merchant: Merchant | str | None = None,
    unique_key: str | None = None,
    expires_at: datetime | None = None,
    most_attempts: int = MOST_ATTEMPTS,
    **arguments: Any,
) -> Job:
    """Have `name` run at `at` or soon after; in the transaction of its cause, if there is one.

    With `unique_key`, the job that already waits under it is answered instead.
    """
    with write():
        if unique_key and (waiting := Job.get_or_none(Job.unique_key == unique_key)):
            return waiting
        return Job.create(
            name=name,
            arguments=arguments,
            merchant=merchant,
            unique_key=unique_key,
            run_at=at,
            created_at=at,
            expires_at=expires_at,
            most_attempts=most_attempts,
        )
