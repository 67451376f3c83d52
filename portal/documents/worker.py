"""The renderer's own process: `python -m portal.documents.worker`, started by `renderer`.

It has no secrets, no database and little memory, reads requests from its standard
input, and ends with it.
"""

import os
import resource
import select
import signal
import sys
from pathlib import Path

from portal.documents import frames
from portal.documents.data import DocumentData
from portal.documents.pdf import render, render_statement
from portal.documents.statement_data import StatementData

MEMORY = 512 * 1024 * 1024
GROWN = 300 * 1024 * 1024  # Typst remembers; a fresh start costs 0.15 s
MOST_SECONDS = 25
LARGEST_FILE = 32 * 1024 * 1024
OPEN_FILES = 128
IDLE_SECONDS = 300


def main() -> None:
    """Answer requests until the other side is gone, or there was nothing to do for long."""
    limit()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's to answer
    # Whatever a library prints must not end up between the frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    while address_space() < GROWN:
        if not select.select([requests], [], [], IDLE_SECONDS)[0]:
            return
        try:
            data, files = frames.receive_request(requests)
        except EOFError:
            return
        # Ends a rendering that outlived its parent, which would have killed it before.
        signal.alarm(MOST_SECONDS)
        frames.send_answer(answers, *answer(data, files))
        signal.alarm(0)


def limit() -> None:
    """Memory, files and no core dumps; the time limit is the parent's."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def address_space() -> int:
    """Bytes that this process has mapped, which is what the limit counts; 0 if unknown."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[0]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()


def answer(data: dict[str, object], files: dict[str, bytes]) -> tuple[bytes, bytes]:
    """The PDF, or the reason why there is none."""
    try:
        if data.get("kind") == StatementData.KIND:
            return frames.RENDERED, render_statement(StatementData.from_json(data), files)
        return frames.RENDERED, render(DocumentData.from_json(data), files)
    except Exception as error:  # noqa: BLE001 - whatever it is, the reader waits
        return frames.REFUSED, f"{type(error).__name__}: {error}".encode()


if __name__ == "__main__":
    main()
