"""What tests of the dashboard share."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from portal.accounts.account_tokens import MAIL_PURPOSE
from portal.delivery.jobs import Job

PASSWORD = "vier Birnen am Gartenzaun"


@pytest.fixture
def configured(app: Flask) -> Iterator[Callable[..., None]]:
    """A function that changes settings for this test."""
    before = app.extensions["settings"]

    def configure(**given: Any) -> None:
        app.extensions["settings"] = replace(app.extensions["settings"], **given)

    yield configure
    app.extensions["settings"] = before


@pytest.fixture
def mails(app: Flask) -> Callable[[], list[tuple[str, dict[str, Any]]]]:
    """A function that lists the mails that wait: name, and arguments with path and token open."""

    def mails() -> list[tuple[str, dict[str, Any]]]:
        keyring = app.extensions["keyring"]
        return [
            (job.name, job.arguments | keyring.unseal(MAIL_PURPOSE, job.arguments["sealed"]))
            for job in Job.select().where(Job.name.startswith("send_")).order_by(Job.id)
            if "sealed" in job.arguments
        ]

    return mails
