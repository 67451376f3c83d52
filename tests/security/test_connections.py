"""Every request gives its connection back, however it ends."""

import pytest

from portal.accounts import passwords
from portal.database import database
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.portal_sessions import PortalSession
from tests.factories import a_customer, a_user
from tests.security.test_https import BASE_URL, PASSWORD, secure_app, submit

__all__ = ["secure_app"]  # fixtures
TIMES = 40


@pytest.fixture
def customer(secure_app):
    customer = a_customer()
    _, token = PortalSession.open(
        customer, at=now(), configuration=PortalConfiguration.default_of(customer.merchant)
    )
    client = secure_app.test_client()
    client.set_cookie("__Host-portal_customer", token, domain="portal.example.test", secure=True)
    database.close()
    return client


def in_use() -> int:
    return len(database.obj._in_use)


def test_pages_refusals_and_errors_give_their_connection_back(customer, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    for _ in range(TIMES):
        assert customer.get("/p/", base_url=BASE_URL).status_code == 200
        assert customer.get("/p/invoices/in_x", base_url=BASE_URL).status_code == 404
        assert customer.post("/p/tax-ids", base_url=BASE_URL).status_code == 403
    monkeypatch.setattr("portal.web.customer.home.current_rows", fail)
    for _ in range(TIMES):
        assert customer.get("/p/", base_url=BASE_URL).status_code == 500
    assert in_use() == 0


def test_a_download_that_nobody_reads_to_the_end_gives_its_connection_back(secure_app):
    user = a_user(password_hash=passwords.hashed(PASSWORD))
    for _ in range(30):
        a_customer(merchant=user.merchant)
    database.close()
    client = secure_app.test_client()
    submit(client, "/dashboard/sign-in", email=user.email, password=PASSWORD)
    for _ in range(5):
        answer = submit(client, "/dashboard/customers/exports", password=PASSWORD)
        assert answer.mimetype == "text/csv"
        assert next(answer.iter_encoded())
        answer.close()
    assert in_use() == 0
