"""Fixtures for every test. Which database is used is decided in tests/support/engines.py."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from portal import create_app
from portal.accounts.users import DashboardSession, User
from portal.billing import events
from portal.billing.customers import Customer
from portal.config import Settings
from portal.database import database
from portal.record import now
from portal.records import RECORDS
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.portal_sessions import PortalSession
from tests.support.client import PageClient

# No test depends on how busy the machine is, or on luck: the same examples in every run.
hypothesis_settings.register_profile(
    "portal",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("portal")

pytest_plugins = ["tests.support.engines", "tests.support.browser"]


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("var")
    return Settings(
        database_url=database_url,
        secret_key="a secret key of thirty-two bytes, or a few more",
        base_url="http://localhost:5000",
        mail_url=f"file://{folder / 'mails'}",
        data_dir=folder,
        signup="open",
        is_testing=True,
    )


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.test_client_class = PageClient
    database.connect()
    database.create_tables(RECORDS)
    yield app
    database.close()


@pytest.fixture(autouse=True)
def rollback(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test that uses the database leaves it as it found it."""
    events.set_actor(events.SYSTEM)
    if "app" not in request.fixturenames and "db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("app")
    with database.atomic() as transaction:
        yield
        transaction.rollback()


@pytest.fixture
def db(app: Flask) -> None:
    """For tests of rules: a database, and no request."""


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """A client in which a customer is signed in to the portal."""

    def sign_in(customer: Customer, at: datetime | None = None) -> FlaskClient:
        client = app.test_client()
        _, token = PortalSession.open(
            customer,
            at=at or now(),
            configuration=PortalConfiguration.default_of(customer.merchant),
            email=customer.email,
        )
        client.set_cookie("portal_customer", token)
        return client

    return sign_in


@pytest.fixture
def staff(app: Flask) -> Callable[..., FlaskClient]:
    """A client in which a member of a merchant's team is signed in to the dashboard."""

    def staff(user: User) -> FlaskClient:
        client = app.test_client()
        _, token = DashboardSession.open(user, at=now())
        client.set_cookie("portal_member", token)
        return client

    return staff
