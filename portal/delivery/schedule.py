"""What recurs: one list. Each entry is one job that is put back when it is done."""

from datetime import datetime, timedelta
from typing import NamedTuple

from portal.database import write
from portal.delivery.jobs import Job, enqueue


class Recurring(NamedTuple):
    """A job without arguments and how often it runs."""

    name: str
    every: timedelta

    @property
    def key(self) -> str:
        return f"recurring:{self.name}"


# Events become mails at every turn of a worker (`outbox`), so they are not in the list.
RECURRING = (
    Recurring("run_billing_cycle", timedelta(minutes=1)),
    Recurring("ask_unanswered_payments", timedelta(minutes=1)),
    Recurring("ask_unanswered_refunds", timedelta(minutes=1)),
    Recurring("announce_what_comes", timedelta(hours=1)),
    Recurring("check_ledgers", timedelta(days=1)),
    Recurring("delete_what_is_over", timedelta(hours=1)),
)
BY_NAME = {entry.name: entry for entry in RECURRING}


def plan(at: datetime) -> None:
    """See to it that each recurring job waits, first at `at`."""
    keys = [entry.key for entry in RECURRING]
    there = Job.select(Job.unique_key).where(Job.unique_key.in_(keys)).tuples()
    missing = set(keys) - {key for (key,) in there}
    for entry in RECURRING:
        if entry.key in missing:
            enqueue(entry.name, at=at, unique_key=entry.key)


def make_due(at: datetime) -> None:
    """Do not wait for the next time: `worker --once` does everything that there is to do."""
    plan(at)
    keys = [entry.key for entry in RECURRING]
    with write():
        Job.update(run_at=at).where(Job.unique_key.in_(keys) & (Job.run_at > at)).execute()


def next_time(job: Job, at: datetime) -> datetime | None:
    """When a job that is done runs again; None for those that run once."""
    entry = BY_NAME.get(job.name) if job.unique_key else None
    return at + entry.every if entry else None
