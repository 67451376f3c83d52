"""What a mail server answers decides whether trying again makes sense."""

from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller

from portal.delivery.jobs import Job
from portal.delivery.transports import folder_of
from tests.factories import NOW, a_customer, an_invoice
from tests.support.mail_server import MailServer, free_port


class Grumpy:
    """Answers every recipient the same."""

    def __init__(self, answer: str) -> None:
        self.answer = answer

    async def handle_RCPT(self, *_: object) -> str:  # noqa: N802
        return self.answer


@pytest.fixture
def a_server_that_says():
    servers = []

    def start(answer: str) -> str:
        port = free_port()
        server = Controller(Grumpy(answer), hostname="127.0.0.1", port=port)
        server.start()
        servers.append(server)
        return f"smtp://127.0.0.1:{port}"

    yield start
    for server in servers:
        server.stop()


def mail_job() -> Job:
    return Job.get(Job.name == "mail_invoice")


def test_a_mail_goes_out_by_smtp(run_once):
    customer = a_customer()
    an_invoice(customer=customer)
    with MailServer() as server:
        assert run_once(mail_url=server.url).is_clean
        assert len(server.mails_to(customer.email)) == 1


def test_copies_go_to_everybody(run_once):
    an_invoice(customer=a_customer(cc_emails=["books@example.test"]))
    with MailServer() as server:
        run_once(mail_url=server.url)
        assert len(server.mails_to("books@example.test")) == 1


def test_a_mailbox_that_does_not_exist_is_not_tried_again(run_once, a_server_that_says):
    an_invoice()
    assert not run_once(mail_url=a_server_that_says("550 no such user")).is_clean
    assert mail_job().dead_at == NOW


def test_a_mailbox_that_is_full_is_tried_again(run_once, a_server_that_says):
    an_invoice()
    run_once(mail_url=a_server_that_says("452 full"))
    assert mail_job().dead_at is None
    assert mail_job().run_at > NOW


def test_a_server_that_is_away_is_tried_again(run_once):
    an_invoice()
    report = run_once(mail_url=f"smtp://127.0.0.1:{free_port()}")
    assert report.failed == 1
    assert mail_job().run_at > NOW


def test_on_the_console_a_mail_can_be_read(run_once, capsys):
    customer = a_customer()
    an_invoice(customer=customer)
    run_once(mail_url="console:")
    said = capsys.readouterr().out
    assert f"To: {customer.email}" in said
    assert "is due by" in said


def test_a_file_is_for_nobody_else(run_once, mail_settings):
    an_invoice()
    run_once()
    folder = folder_of(mail_settings.mail_url)
    assert folder.stat().st_mode & 0o077 == 0
    assert [path.suffix for path in folder.iterdir()] == [".eml"]


def test_the_settings_do_not_show_the_password_of_the_mail_server(mail_settings):
    settings = replace(mail_settings, mail_url="smtp://me:secret@host")
    assert "secret" not in repr(settings)
