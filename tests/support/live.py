"""A whole installation for the browser tests: web server, worker, database and mail server.

The programs are those of a production installation, in processes of their own; only the
data is made from here, by the same rules and in the same database.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from portal import config
from portal.database import configure, database, use
from tests.support.mail_server import MailServer, free_port

# Far more than a busy machine needs; nothing waits for longer than it has to.
STARTS_WITHIN = 120.0
STOPS_WITHIN = 60.0
# A worker lets others go first. Among tests, which never rest, its turn would come late.
WORKER = """
from portal.cli import main
from portal.delivery import worker
worker.YIELDS = 0
main()
"""
SECRET = "the secret of an installation that lives as long as a test run"


class DoesNotStart(AssertionError):
    """A program of the installation ended, or does not answer."""


@dataclass
class Installation:
    """A running portal at `base_url`; its mails arrive at `mail`."""

    base_url: str
    database_url: str
    folder: Path
    mail: MailServer
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> config.Settings:
        return config.load(self.variables, for_serving=True)

    def url(self, path: str) -> str:
        return f"{self.base_url}{path}"

    @contextmanager
    def data(self) -> Iterator[None]:
        """Records made or read inside the block are those of this installation."""
        previous = database.obj
        configure(self.database_url)
        try:
            with database.connection_context():
                yield
        finally:
            database.obj.close_all()
            use(previous)

    def portal(self, *arguments: str) -> str:
        """What `portal …` prints."""
        done = subprocess.run(
            _command(arguments),
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DoesNotStart(f"portal {' '.join(arguments)}: {done.stdout}\n{done.stderr}")
        return done.stdout

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """A program in the background, asked to end with the block."""
        path = self.folder / f"{arguments[0]}.log"
        with path.open("ab") as log:
            process = subprocess.Popen(
                _command(arguments), env=self._environment(), stdout=log, stderr=log
            )
            try:
                yield process
            finally:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(STOPS_WITHIN)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def log(self) -> str:
        """What the programs have said."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def last_exception(self) -> str:
        """What went wrong last, where the fault is the server's."""
        lines = [line for line in self.log().splitlines() if '"exception"' in line]
        return str(json.loads(lines[-1])["exception"])[-3000:] if lines else ""

    def wait_until_ready(self, *processes: subprocess.Popen[bytes]) -> None:
        """Returns once the web server answers. Raises `DoesNotStart`."""
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            if any(process.poll() is not None for process in processes):
                break
            try:
                urlopen(self.url("/healthz"), timeout=10).close()
            except (URLError, OSError):
                time.sleep(0.1)
            else:
                return
        raise DoesNotStart(self.log())

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), **self.variables}


@contextmanager
def installation(database_url: str, folder: Path, signup: str = "open") -> Iterator[Installation]:
    """Everything started, from an empty database to a server that answers."""
    base_url = f"http://127.0.0.1:{free_port()}"
    port = base_url.rpartition(":")[2]
    with ExitStack() as stack:
        mail = stack.enter_context(MailServer())
        live = Installation(base_url, database_url, folder, mail)
        live.variables |= {
            "PORTAL_DATABASE_URL": database_url,
            "PORTAL_SECRET_KEY": SECRET,
            "PORTAL_BASE_URL": base_url,
            "PORTAL_MAIL_URL": mail.url,
            "PORTAL_MAIL_FROM": "portal@portal.example.test",
            "PORTAL_DATA_DIR": str(folder),
            "PORTAL_SIGNUP": signup,
            "PORTAL_RATE_LIMITS": "off",
        }
        live.portal("migrate")
        server = stack.enter_context(
            live.running("serve", "--host", "127.0.0.1", "--port", port, "--workers", "1")
        )
        worker = stack.enter_context(live.running("worker"))
        live.wait_until_ready(server, worker)
        yield live


def _command(arguments: Sequence[str]) -> list[str]:
    program = ("-c", WORKER) if arguments[0] == "worker" else ("-m", "portal")
    return [sys.executable, *program, *arguments]
