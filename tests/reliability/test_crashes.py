"""A worker is killed, wherever it hurts: nothing is billed twice, and nothing is lost."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.program import month, right
from tests.support.engines import sqlite_url

PROGRAM = [sys.executable, "-m", "tests.reliability.program"]
ROOT = Path(__file__).parents[2]
FEW, MANY = 4, 40
ROUNDS = 20
# Seconds; only a program that never ends takes that long.
PATIENCE = 180.0
# Far more than a renewal needs; a program that never ends is a mistake, too.
MOST_SYNCS = 60


def call(url: str, *command: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, *PROGRAM, url, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def done(url: str, *command: str) -> str:
    answer = call(url, *command)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def what_is_stored(url: str) -> dict[str, object]:
    return json.loads(done(url, "check"))


# ── at every sync of the database ────────────────────────────────────────────────────────────


def killed_at(sync: int) -> tuple[str, ...]:
    """strace that kills the program as it asks for its sync of that number."""
    calls = "fdatasync,fsync"
    return (
        *("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}"),
        *("-e", f"inject={calls}:signal=SIGKILL:when={sync}", "--"),
    )


def can_trace() -> bool:
    if shutil.which("strace") is None:
        return False
    harmless = [*killed_at(MOST_SYNCS), "true"]
    return subprocess.run(harmless, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(
    not can_trace() and not os.environ.get("CI"), reason="strace is missing, or may not trace here"
)
def test_killed_at_every_sync_of_sqlite_nothing_is_billed_twice_or_lost(engine, tmp_path):
    if engine != "sqlite":
        pytest.skip("of PostgreSQL the server syncs, which nobody kills here")
    url = sqlite_url(tmp_path / "portal.db")
    done(url, "seed", str(FEW))
    for sync in range(1, MOST_SYNCS):
        killed = call(url, "run", month(sync), before=killed_at(sync))
        if killed.returncode == 0:
            break
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        done(url, "run", month(sync, minutes=10))
    # The batch, the charges, the answers and the mails: a commit each at least.
    assert 4 < sync < MOST_SYNCS - 1
    assert what_is_stored(url) == right(sync, FEW)


# ── at random ────────────────────────────────────────────────────────────────────────────────


class Workers:
    """Processes that start at once, because the program has been imported before."""

    def __init__(self, url: str) -> None:
        self.process = subprocess.Popen(
            [*PROGRAM, url, "serve"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"BATCH": "5"},
            text=True,
        )

    def start(self, *command: str) -> int:
        assert self.process.stdin
        assert self.process.stdout
        print(*command, file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())

    def stop(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=PATIENCE)


def is_running(pid: int) -> bool:
    """The children of another process cannot be waited for; one that is gone is a zombie."""
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def wait_for(pid: int) -> None:
    until = time.monotonic() + PATIENCE
    while is_running(pid):
        assert time.monotonic() < until, "a worker does not end"
        time.sleep(0.005)


@pytest.fixture
def url(new_database_url) -> str:
    url = new_database_url()
    done(url, "seed", str(MANY))
    return url


@pytest.fixture
def workers(url) -> Iterator[Workers]:
    workers = Workers(url)
    wait_for(workers.start("run", month(0)))
    yield workers
    workers.stop()


def test_killed_at_random_nothing_is_billed_twice_or_lost(url, workers):
    begun = time.monotonic()
    wait_for(workers.start("run", month(1)))
    whole = time.monotonic() - begun
    for number in range(2, ROUNDS + 2):
        pid = workers.start("run", month(number))
        time.sleep(random.uniform(0, whole))
        os.kill(pid, signal.SIGKILL)
        wait_for(pid)
        wait_for(workers.start("run", month(number, minutes=10)))
    assert what_is_stored(url) == right(ROUNDS + 1, MANY)


def test_four_workers_at_once_bill_everything_once(url, workers):
    for number in range(1, 4):
        for pid in [workers.start("run", month(number)) for _ in range(4)]:
            wait_for(pid)
    # What one has begun while another was asking is asked for in the end.
    wait_for(workers.start("run", month(3, minutes=10)))
    assert what_is_stored(url) == right(3, MANY)
