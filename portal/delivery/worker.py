"""The worker: one pass over what is due, or a loop that never ends.

Several may run at once, on one machine or many; the database says whose turn it is.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType

import structlog
from peewee import OperationalError

from portal.config import Settings
from portal.crypto import Keyring
from portal.database import database
from portal.delivery import (
    billing_mail_jobs,
    booking_jobs,
    clock_jobs,
    customer_imports,
    heartbeats,
    mail_jobs,
    maintenance,
    outbox,
    provider_events,
    reminder_jobs,
    schedule,
    vat_id_jobs,
)
from portal.delivery.heartbeats import Heartbeat
from portal.delivery.running import HandedBack, Report, Runner
from portal.logs import describe
from portal.record import now

__all__ = [
    "Worker",
    "billing_mail_jobs",
    "booking_jobs",
    "clock_jobs",
    "customer_imports",
    "mail_jobs",
    "maintenance",
    "provider_events",
    "reminder_jobs",
    "vat_id_jobs",
]  # jobs register themselves when imported

log = structlog.get_logger("portal.worker")
POLL_SECONDS = 0.5
GRACE_SECONDS = 20
# Whoever reads a page goes first, where there are fewer cores than work.
YIELDS = 10


class Worker:
    """Runs the jobs of one installation."""

    def __init__(self, settings: Settings) -> None:
        self.runner = Runner(settings, Keyring(settings.secret_key, settings.secret_key_fallbacks))
        self._stop = threading.Event()
        self._last_beat: datetime | None = None

    def run_once(self, at: datetime) -> Report:
        """Everything that is due at `at`, recurring work included, and what follows from it."""
        schedule.make_due(at)
        report = Report()
        while True:
            outbox.dispatch(at)
            if not self.runner.run_next(at, report):
                return report

    def run_forever(self, clock: Callable[[], datetime] = now) -> None:
        """Run what becomes due until SIGTERM, which finishes the job in hand.

        A job that takes longer than the grace is handed back for another worker.
        """
        os.nice(YIELDS)
        log.info("worker started")
        with self._stopping_on_signals():
            while not self._stop.is_set():
                worked = self._turn(clock)
                if not worked:
                    self._stop.wait(POLL_SECONDS)
        log.info("worker stopped")

    def stop(self) -> None:
        self._stop.set()

    def _turn(self, clock: Callable[[], datetime]) -> bool:
        """One job at most. A database that is away is waited for."""
        try:
            with database.connection_context():
                at = clock()
                self._beat(at)
                schedule.plan(at)
                outbox.dispatch(at)
                return self.runner.run_next(at, Report())
        except OperationalError as error:
            log.error("database unavailable", error=describe(error))
            time.sleep(POLL_SECONDS)
            return False

    def _beat(self, at: datetime) -> None:
        if self._last_beat is None or at - self._last_beat >= heartbeats.EVERY:
            Heartbeat.beat(at=at)
            self._last_beat = at

    @contextmanager
    def _stopping_on_signals(self) -> Iterator[None]:
        def stop(_number: int, _frame: FrameType | None) -> None:
            # Not here: this thread may be about to wait, and hold the lock that setting takes.
            threading.Thread(target=self._stop.set).start()
            signal.alarm(GRACE_SECONDS)

        def give_up(_number: int, _frame: FrameType | None) -> None:
            raise HandedBack

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        signal.signal(signal.SIGALRM, give_up)
        try:
            yield
        except HandedBack:
            log.warning("a job was handed back")
        finally:
            signal.alarm(0)
            with database.connection_context():
                Heartbeat.stop()
