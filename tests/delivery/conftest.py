"""A worker in the test's own process and transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from portal.config import Settings
from portal.delivery.running import Report
from portal.delivery.transports import folder_of
from portal.delivery.worker import Worker
from tests.factories import NOW


@pytest.fixture
def mail_settings(settings: Settings, tmp_path: Path) -> Settings:
    """Mails become files in a folder of the test's own."""
    return replace(settings, mail_url=f"file://{tmp_path / 'mails'}")


@pytest.fixture
def run_once(db: None, mail_settings: Settings) -> Callable[..., Report]:
    """One pass over what is due."""

    def run_once(at: datetime = NOW, **changed: str) -> Report:
        return Worker(replace(mail_settings, **changed)).run_once(at)

    return run_once


@pytest.fixture
def mails(mail_settings: Settings) -> Callable[[], list[EmailMessage]]:
    """What was sent, in order."""

    def mails() -> list[EmailMessage]:
        folder = folder_of(mail_settings.mail_url)
        paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]

    return mails
