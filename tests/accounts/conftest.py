"""A database of a test's own, where several connections at once must see each other."""

from collections.abc import Callable, Iterator

import pytest

from portal import database as engines
from portal.accounts import passwords
from portal.database import configure, database
from portal.records import RECORDS
from tests.support.patience import wait_longer


@pytest.fixture
def own_database(
    new_database_url: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Commits are real in it. Not together with `app` or `db`."""
    wait_longer(monkeypatch)
    before, gate = database.obj, engines._gate._path
    configure(new_database_url())
    database.connect()
    database.create_tables(RECORDS)
    yield
    database.close()
    database.obj.close_all()
    database.initialize(before)
    engines._gate.use(gate)


@pytest.fixture
def full_parameters() -> Iterator[None]:
    """Passwords cost what they cost in production."""
    before = passwords._hasher.argon2
    passwords.use_full_parameters()
    yield
    passwords._hasher.argon2, passwords._hasher.dummy = before, ""
