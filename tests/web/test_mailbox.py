"""The demo's mailbox, in an application of its own that has one."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from portal import create_app
from portal.billing.invoices import Invoice
from portal.config import Settings
from portal.database import database, use
from portal.delivery.worker import Worker
from portal.web import readiness
from tests.factories import NOW, a_customer, an_invoice
from tests.support.client import PageClient


@pytest.fixture
def demo(db: None, settings: Settings, tmp_path) -> FlaskClient:
    mine = replace(settings, is_demo=True, mail_url=f"file://{tmp_path / 'mails'}")
    shared = database.obj
    app = create_app(mine)
    use(shared)
    app.test_client_class = PageClient
    return app.test_client()


def send(demo: FlaskClient) -> Invoice:
    invoice = an_invoice(customer=a_customer(email="ada@example.test"))
    Worker(demo.application.extensions["settings"]).run_once(NOW)
    return invoice


def test_an_empty_mailbox_says_what_to_do(demo: FlaskClient):
    page = demo.get("/demo/mailbox")
    assert "No email yet" in page.text
    assert page.headers["Refresh"] == "4"


def test_a_mail_can_be_read_with_what_is_attached(demo: FlaskClient):
    invoice = send(demo)
    listed = demo.get("/demo/mailbox").text
    path = listed.partition('href="/demo/mailbox/')[2].partition('"')[0]
    page = demo.get(f"/demo/mailbox/{path}")
    assert "ada@example.test" in page.text
    assert invoice.number in page.text
    pdf = demo.get(f"/demo/mailbox/{path}/attachments/0")
    assert pdf.data.startswith(b"%PDF")
    assert demo.get(f"/demo/mailbox/{path}/attachments/7").status_code == 404


def test_the_html_part_can_do_nothing_here(demo: FlaskClient):
    send(demo)
    listed = demo.get("/demo/mailbox").text
    path = listed.partition('href="/demo/mailbox/')[2].partition('"')[0]
    policy = (
        demo.application.test_client()
        .get(f"/demo/mailbox/{path}/html")
        .headers["Content-Security-Policy"]
    )
    assert policy.startswith("sandbox allow-popups")
    assert "default-src 'none'" in policy
    assert "script" not in policy


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e%2fsecret_key", "a.b"])
def test_only_mails_can_be_read(demo: FlaskClient, name: str):
    assert demo.get(f"/demo/mailbox/{name}").status_code == 404


def test_readyz_says_so_where_migrations_are_missing(client: FlaskClient):
    """The tables of tests are made without them."""
    answer = client.get("/readyz")
    assert answer.status_code == readiness.UNAVAILABLE
    assert answer.json["migrations"] == "outdated"
