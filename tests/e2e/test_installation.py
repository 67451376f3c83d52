"""What the browser tests stand on holds."""

import smtplib
from email.message import EmailMessage

import pytest

from portal.billing.merchants import Merchant
from tests.e2e.visits import Visits
from tests.factories import a_merchant
from tests.support.live import Installation
from tests.support.mail_server import code_in

pytestmark = pytest.mark.e2e


def test_a_real_browser_sees_what_the_server_says(visits: Visits):
    page = visits.open()

    page.goto("/healthz")

    assert "ok" in page.content()


def test_records_made_here_are_in_the_database_of_the_server(live: Installation):
    with live.data():
        merchant = a_merchant()
    with live.data():
        assert Merchant.get_by_id(merchant.id).name == merchant.name


def test_mails_come_through_smtp_and_can_be_read(live: Installation):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.test", "B@example.test", "Grüße"
    mail.set_content("Ihr Code:\n\n    012 345\n\nNr. 123456, gültig bis 2030")

    with smtplib.SMTP("127.0.0.1", live.mail.port) as server:
        server.send_message(mail)

    assert code_in(live.mail.wait_for_code("b@example.test")) == "012345"
