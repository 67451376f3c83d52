"""Which database a run of the tests uses, as a pytest plugin.

`PORTAL_TEST_DATABASE=postgres pytest` runs on a PostgreSQL of its own, anything
else on SQLite. One server serves all processes of pytest-xdist; each has a
database of its own in it.
"""

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.support.network import refuse_the_world
from tests.support.postgres import NoPostgres, create_database, start_postgres

ENGINE = pytest.StashKey[str]()
SERVER_URL = pytest.StashKey[str]()
ENGINES = ("sqlite", "postgres")

# Set where a worker is told so by the controller, which started the server.
_server_url = ""
_scratch = count(1)


def pytest_configure(config: pytest.Config) -> None:
    told: dict[str, Any] = getattr(config, "workerinput", {})
    engine = told.get("portal_engine") or os.environ.get("PORTAL_TEST_DATABASE", "sqlite")
    if engine not in ENGINES:
        raise pytest.UsageError(f"PORTAL_TEST_DATABASE is {engine!r}, not one of {ENGINES}")
    config.stash[ENGINE] = engine
    config.stash[SERVER_URL] = told.get("portal_server_url", "")
    forget_settings()
    refuse_the_world()
    if engine == "postgres" and not told:
        _start_server(config)
    global _server_url
    _server_url = config.stash[SERVER_URL]


def forget_settings() -> None:
    """A developer's own PORTAL_… settings must not steer the tests or the servers they start."""
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        del os.environ[name]


def _start_server(config: pytest.Config) -> None:
    try:
        server = start_postgres()
    except NoPostgres as error:
        raise pytest.UsageError(str(error)) from error
    config.add_cleanup(server.stop)
    config.stash[SERVER_URL] = server.url


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Of pytest-xdist: tell a worker what the controller knows."""
    node.workerinput["portal_engine"] = node.config.stash[ENGINE]
    node.workerinput["portal_server_url"] = node.config.stash[SERVER_URL]


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.stash[ENGINE]}"


def postgres_url(worker: str) -> str:
    """The URL of a new, empty database `portal_<worker>` on the server of this run."""
    return create_database(_server_url, f"portal_{worker}")


@pytest.fixture(scope="session")
def engine(pytestconfig: pytest.Config) -> str:
    """`sqlite` or `postgres`."""
    return pytestconfig.stash[ENGINE]


@pytest.fixture(scope="session")
def new_database_url(
    engine: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], str]:
    """A function that makes an empty database and answers its URL."""

    def new() -> str:
        number = next(_scratch)
        if engine == "postgres":
            return postgres_url(f"{worker_name}_{number}")
        return sqlite_url(tmp_path_factory.mktemp("database") / f"portal_{number}.db")

    return new


@pytest.fixture(scope="session")
def database_url(new_database_url: Callable[[], str]) -> str:
    """The one database that the tests of this process share."""
    return new_database_url()


@pytest.fixture(scope="session")
def worker_name() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path.absolute()}"
