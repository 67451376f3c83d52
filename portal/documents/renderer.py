"""Renders documents in a process of its own, so that none can hurt the one that serves pages.

Limits (security A6.3): 20 seconds, 512 MB, two at a time. The worker lives on between
documents, is started when the first is asked for and again after it died, and ends
with this process. Typst is never imported here.
"""

import atexit
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping

from portal.documents import frames
from portal.documents.data import DocumentData
from portal.documents.statement_data import StatementData
from portal.folders import PACKAGE

MOST_SECONDS = 20.0
MOST_AT_ONCE = 2
WORKER = (sys.executable, "-m", "portal.documents.worker")


Renderable = DocumentData | StatementData


class RenderingFailed(Exception):
    """There is no PDF: the template refused, or the worker died, hung or was too busy."""


class _WorkerGone(Exception):
    """The worker ended before it answered."""


class Renderer:
    """A few workers, each used by one thread at a time."""

    def __init__(
        self,
        command: tuple[str, ...] = WORKER,
        seconds: float = MOST_SECONDS,
        at_once: int = MOST_AT_ONCE,
    ) -> None:
        self.command = command
        self.seconds = seconds
        self._free = threading.BoundedSemaphore(at_once)
        self._lock = threading.Lock()
        self._idle: list[subprocess.Popen[bytes]] = []

    def render(self, data: Renderable, files: Mapping[str, bytes]) -> bytes:
        """The document as PDF. Raises RenderingFailed."""
        if not self._free.acquire(timeout=self.seconds):
            raise RenderingFailed("all renderers are busy")
        try:
            return self._render(data, files)
        finally:
            self._free.release()

    def close(self) -> None:
        """End the idle workers; those at work end with their document."""
        with self._lock:
            workers, self._idle = self._idle, []
        for worker in workers:
            _end(worker)

    def _render(self, data: Renderable, files: Mapping[str, bytes]) -> bytes:
        worker = self._idle_worker()
        if worker:
            try:
                return self._ask(worker, data, files)
            except _WorkerGone:
                pass  # between two documents: killed, idle for long, or grown too large
        try:
            return self._ask(_start(self.command), data, files)
        except _WorkerGone as error:
            raise RenderingFailed("the renderer died") from error

    def _idle_worker(self) -> subprocess.Popen[bytes] | None:
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            if worker is None or worker.poll() is None:
                return worker
            _end(worker)

    def _ask(
        self, worker: subprocess.Popen[bytes], data: Renderable, files: Mapping[str, bytes]
    ) -> bytes:
        # Killing the worker closes its pipes, which ends whatever read or write waits for it.
        clock = threading.Timer(self.seconds, worker.kill)
        clock.daemon = True
        begun = time.monotonic()
        clock.start()
        try:
            status, content = _exchange(worker, data, files)
        except (EOFError, OSError) as error:
            _end(worker)
            if time.monotonic() - begun >= self.seconds:
                raise RenderingFailed("the renderer took too long") from error
            raise _WorkerGone from error
        finally:
            clock.cancel()
        with self._lock:
            self._idle.append(worker)
        if status != frames.RENDERED:
            raise RenderingFailed(content.decode(errors="replace"))
        return content


def _start(command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """With an environment that holds no secret."""
    paths = os.pathsep.join((str(PACKAGE.parent), *filter(None, sys.path)))
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": paths, "LANG": "C.UTF-8", "RAYON_NUM_THREADS": "1"},
    )


def _exchange(
    worker: subprocess.Popen[bytes], data: Renderable, files: Mapping[str, bytes]
) -> tuple[bytes, bytes]:
    if worker.stdin is None or worker.stdout is None:
        raise EOFError
    wanted = {
        name: files[name] for name in (data.brand.logo, frames.FACTUR_X_NAME) if name in files
    }
    frames.send_request(worker.stdin, data.to_json(), wanted)
    return frames.receive_answer(worker.stdout)


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    for pipe in (worker.stdin, worker.stdout):
        try:
            if pipe:
                pipe.close()
        except OSError:
            continue
    worker.wait()


# By process, so that a forked server process starts workers of its own.
_renderers: dict[int, Renderer] = {}


def render_in_process(data: Renderable, files: Mapping[str, bytes]) -> bytes:
    """The document as PDF, made outside this process. `files` as `pdf.render` has them.

    Safe to call from many threads. Raises RenderingFailed.
    """
    return _renderers.setdefault(os.getpid(), Renderer()).render(data, files)


@atexit.register
def _close() -> None:
    renderer = _renderers.pop(os.getpid(), None)
    if renderer:
        renderer.close()
