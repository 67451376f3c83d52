"""Servers to measure, and wrk to measure them with."""

import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16
SECONDS = 6
START_SECONDS = 30
BIN = Path(sys.executable).parent


class NoLoadGenerator(Exception):
    """wrk is not installed (`apt-get install wrk`)."""


@dataclass(frozen=True)
class Result:
    """Requests a second and the 99th percentile in milliseconds."""

    rate: float
    p99: float
    failures: int


def wrk(url: str, headers: Mapping[str, str], seconds: int = SECONDS) -> Result:
    """Load on one address at 16 connections. Raises `NoLoadGenerator`."""
    program = shutil.which("wrk")
    if program is None:
        raise NoLoadGenerator
    command = [program, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", url]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return Result(_rate(printed), _p99(printed), _failures(printed))


def _rate(printed: str) -> float:
    found = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    return float(found[1]) if found else 0.0


def _p99(printed: str) -> float:
    found = re.search(r"99%\s+([\d.]+)(us|ms|s)", printed)
    if not found:
        return 0.0
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def _failures(printed: str) -> int:
    found = re.search(r"Non-2xx or 3xx responses: (\d+)", printed)
    return int(found[1]) if found else 0


@contextmanager
def serving(command: list[str], url: str, environment: dict[str, str]) -> Iterator[int]:
    """A server for the length of the block; yields its process id."""
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(url, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"no answer from {url}")
