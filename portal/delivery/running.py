"""Taking jobs and running them: a lease each, fairly between merchants."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from portal.config import Settings
from portal.crypto import Keyring
from portal.database import is_postgres, write
from portal.delivery.jobs import LEASE, Hopeless, Job, Run, Unfinished, function_of
from portal.delivery.schedule import next_time
from portal.logs import describe

log = structlog.get_logger("portal.jobs")


class HandedBack(BaseException):
    """The process has to go: the job in hand is for somebody else."""


@dataclass
class Report:
    """What became of the jobs of one pass."""

    done: int = 0
    failed: int = 0
    dropped: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.failed


@dataclass
class Runner:
    """Runs jobs of one installation, one after the other."""

    settings: Settings
    keyring: Keyring
    _last_merchant: str = ""
    _is_our_turn: bool = False

    def run_next(self, at: datetime, report: Report) -> bool:
        """Take one due job and run it. False if there was none."""
        job = self.claim(at)
        if job is None:
            return False
        if job.expires_at and job.expires_at <= at:
            job.delete_instance()
            report.dropped += 1
            log.info("job dropped", job=job.id, name=job.name)
            return True
        self._run(job, at, report)
        return True

    def claim(self, at: datetime) -> Job | None:
        """A due job that is now leased to us."""
        if not Job.select(Job.id).where(Job.due(at)).exists():
            return None  # without taking the lock that writing needs
        with write():
            for query in self._candidates(at):
                job = (
                    query.for_update("FOR UPDATE SKIP LOCKED") if is_postgres() else query
                ).first()
                if job:
                    return self._lease(job, at)
        return None

    def _candidates(self, at: datetime) -> Iterator[Any]:
        """What is urgent first; then the installation's own and the merchants' in turn.

        The merchants are gone through in order, one job each, so that ten thousand mails of
        one do not keep another one waiting.
        """
        due = Job.select().where(Job.due(at)).limit(1)
        ours = due.where(Job.merchant.is_null()).order_by(Job.run_at)
        theirs = due.order_by(Job.merchant, Job.run_at)
        yield due.where(Job.expires_at.is_null(False)).order_by(Job.run_at)
        if self._is_our_turn:
            yield ours
        yield theirs.where(Job.merchant > self._last_merchant)
        yield theirs.where(Job.merchant.is_null(False))
        yield ours

    def _lease(self, job: Job, at: datetime) -> Job:
        self._is_our_turn = job.merchant_id is not None
        self._last_merchant = job.merchant_id or self._last_merchant
        job.leased_until, job.attempts = at + LEASE, job.attempts + 1
        job.save()
        return job

    def _run(self, job: Job, at: datetime, report: Report) -> None:
        try:
            run = Run(at, self.settings, self.keyring, job)
            function_of(job.name)(run, **job.arguments)
        except HandedBack:
            with suppress(Exception):
                self._hand_back(job)
            raise
        except Unfinished as rest:
            report.failed += len(rest.failures)
            report.errors.extend(rest.failures)
            self._settle(job, attempts=0, run_at=at, arguments=rest.arguments)
        except Hopeless as error:
            report.failed += 1
            report.errors.append(describe(error))
            self._bury(job, error, at)
        except Exception as error:  # noqa: BLE001 - whatever a job does, the next one runs
            report.failed += 1
            report.errors.append(describe(error))
            self._retry(job, error, at)
        else:
            report.done += 1
            self._finish(job, at)

    def _finish(self, job: Job, at: datetime) -> None:
        if run_at := next_time(job, at):
            self._settle(job, run_at=run_at, attempts=0, last_error="", arguments={})
            return
        with write():
            Job.delete().where(self._still_ours(job)).execute()

    def _hand_back(self, job: Job) -> None:
        self._settle(job, attempts=job.attempts - 1)

    def _retry(self, job: Job, error: Exception, at: datetime) -> None:
        if job.attempts >= job.most_attempts and not next_time(job, at):
            self._bury(job, error, at)
            return
        run_at = at + job.delay
        if job.expires_at:
            run_at = min(run_at, job.expires_at)
        self._settle(job, run_at=run_at, last_error=describe(error))
        log.warning("job failed", job=job.id, name=job.name, error=describe(error), exc_info=error)

    def _bury(self, job: Job, error: Exception, at: datetime) -> None:
        # What it was to do is erased: it may hold a sealed code or an address.
        self._settle(job, dead_at=at, last_error=describe(error), arguments={}, unique_key=None)
        log.error("job is dead", job=job.id, name=job.name, error=describe(error))

    def _settle(self, job: Job, **columns: Any) -> None:
        with write():
            Job.update(leased_until=None, **columns).where(self._still_ours(job)).execute()

    def _still_ours(self, job: Job) -> Any:
        """Not where the lease ran out and another worker took over."""
        return (Job.id == job.id) & (Job.leased_until == job.leased_until)
