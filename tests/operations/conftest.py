"""An installation with an empty, migrated database, in which nothing runs yet."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal import schema
from tests.support.live import Installation
from tests.support.mail_server import MailServer, free_port

SECRET = "the secret of an installation that lives as long as a test"


@pytest.fixture
def bare(new_database_url: Callable[[], str], tmp_path: Path) -> Iterator[Installation]:
    """Not even migrated; its mail server is not running."""
    base_url = f"http://127.0.0.1:{free_port()}"
    mail = MailServer()
    place = Installation(base_url, new_database_url(), tmp_path, mail)
    place.variables |= {
        "PORTAL_DATABASE_URL": place.database_url,
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_BASE_URL": base_url,
        "PORTAL_MAIL_URL": mail.url,
        "PORTAL_DATA_DIR": str(tmp_path),
    }
    yield place
    mail._controller.loop.close()  # for a server that was never started


@pytest.fixture
def place(bare: Installation) -> Installation:
    with bare.data():
        schema.migrate()
    return bare
