"""The production server: granian with a few processes, and the job worker beside them."""

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

from granian import Granian, _signals
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import common

from portal import create_app, logs
from portal.config import Settings
from portal.database import database
from portal.operations import statics
from portal.operations.starting import start

BACKLOG = 1024
# A page is CPU; a few more threads than that needs, for those that wait for a provider.
THREADS = 8
STOPS_WITHIN = 30
RESTART_AFTER = 2.0


def serve(
    settings: Settings, *, host: str, port: int, workers: int, with_worker: bool = False
) -> None:
    """Serve until SIGTERM or Ctrl-C; requests in flight are finished within 30 seconds."""
    # Built here, then forked: the processes share what never changes.
    app = application(settings)
    _forget_connections()
    gc.collect()
    gc.freeze()
    server = Granian(
        "portal",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=STOPS_WITHIN,
        websockets=False,
        log_level=LogLevels.error,
        log_access=False,
        log_dictconfig=_logging(),
    )
    _end_cleanly_from_the_start()
    with _worker(settings) if with_worker else _nothing():
        server.serve(target_loader=partial(_loaded, app, settings), wrap_loader=False)


def application(settings: Settings) -> Callable[..., Any]:
    """The WSGI application with its static files in front."""
    app = create_app(settings)
    app.wsgi_app = statics.wrap(app.wsgi_app, settings.data_dir)  # type: ignore[method-assign]
    return app


def _loaded(app: Callable[..., Any], settings: Settings) -> Callable[..., Any]:
    """In the process that was forked."""
    logs.configure(settings.log_level)
    return app


def _end_cleanly_from_the_start() -> None:
    """SIGTERM is heeded from now on, also before the server and its processes listen to it.

    A process that was just forked still has its parent's handler, which would only take
    note of the signal in a copy that nobody reads.
    """

    def leave(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    os.register_at_fork(after_in_child=_die_when_told)
    _signals.set_main_signals = _set_signals
    common.set_main_signals = _set_signals  # type: ignore[attr-defined]


def _die_when_told() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _set_signals(interrupt: Callable[..., None], _reload: Any = None) -> None:
    """As granian sets them, but the handler acts in a thread of its own.

    It sets an event. Where the signal arrives while the main thread is just about to wait
    for that event, and holds its lock, setting it in the same thread would wait for ever.
    """

    def handle(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=interrupt, args=(number, frame)).start()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)


def _forget_connections() -> None:
    """A connection must not be shared by two processes."""
    if not database.is_closed():
        database.close()
    database.obj.close_all()


def _logging() -> dict[str, Any]:
    """Granian's own few lines go where ours go."""
    quiet = {"handlers": [], "level": "ERROR", "propagate": True}
    return {"loggers": {"_granian": quiet, "granian.access": quiet}}


def run_worker(settings: Settings) -> None:
    """The job worker, in a process of its own."""
    from portal.delivery.worker import Worker  # noqa: PLC0415 - the web does without its tools

    start(settings)
    Worker(settings).run_forever()


@contextmanager
def _worker(settings: Settings) -> Iterator[None]:
    """A worker process, started again should it die."""
    keeper = _Keeper(settings)
    keeper.start()
    try:
        yield
    finally:
        keeper.stop()


class _Keeper(threading.Thread):
    """Starts the worker, and another one in its place, until told to stop."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(name="worker-keeper", daemon=True)
        self.settings = settings
        self.over = threading.Event()
        self.process: Any = None
        self._lock = threading.Lock()

    def run(self) -> None:
        while self._start_worker():
            self.process.join()
            self.over.wait(RESTART_AFTER)

    def _start_worker(self) -> bool:
        # Spawned, not forked: this process has threads by now.
        context = multiprocessing.get_context("spawn")
        with self._lock:
            if self.over.is_set():
                return False
            self.process = context.Process(
                target=run_worker, args=(self.settings,), name="portal-worker"
            )
            self.process.start()
        return True

    def stop(self) -> None:
        with self._lock:
            self.over.set()
        if self.process is None:
            return
        self.process.terminate()
        self.process.join(STOPS_WITHIN)
        if self.process.is_alive():
            self.process.kill()


@contextmanager
def _nothing() -> Iterator[None]:
    yield
