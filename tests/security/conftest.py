"""A database that threads share, apart from the one of the other tests."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal import database as engines
from portal.billing.errors import BillingError
from portal.database import configure, database
from portal.records import RECORDS
from tests.support.patience import PATIENCE, wait_longer

AtOnce = Callable[..., list[object]]


@pytest.fixture
def own_database(
    new_database_url: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    wait_longer(monkeypatch)
    former, gate = database.obj, engines._gate._path
    configure(new_database_url())
    with database.connection_context():
        database.create_tables(RECORDS)
    yield
    database.close_all()
    database.initialize(former)
    engines._gate.use(gate)


@pytest.fixture
def at_once(own_database: None) -> AtOnce:
    """Does things in threads that all start together; answers results, and refusals as such."""

    def run(*actions: Callable[[], object]) -> list[object]:
        start = threading.Barrier(len(actions))

        def one(action: Callable[[], object]) -> object:
            with database.connection_context():
                start.wait(PATIENCE)
                try:
                    return action()
                except BillingError as refused:
                    return refused

        with ThreadPoolExecutor(len(actions)) as crowd:
            return list(crowd.map(one, actions))

    return run
