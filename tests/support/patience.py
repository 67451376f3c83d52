"""Tests of many at once take longer on a machine that is busy with other tests."""

import time
from collections.abc import Callable

import pytest

from portal import database as engines

# Seconds; of our own waits, so that a mistake ends the test and a busy machine does not.
PATIENCE = 90
POSTGRES_OPTIONS = (
    "-c statement_timeout=120000 -c lock_timeout=60000 "
    "-c idle_in_transaction_session_timeout=120000 -c timezone=UTC"
)


def wait_until(claim: Callable[[], bool]) -> bool:
    """Whether it comes true before patience ends."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if claim():
            return True
        time.sleep(0.1)
    return False


def wait_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database that is configured next gives nobody up who merely waits in a long line."""
    monkeypatch.setattr(engines, "POSTGRES_OPTIONS", POSTGRES_OPTIONS)
    monkeypatch.setattr(engines, "LONGEST_WAIT", float(PATIENCE))
