"""Who confirms a statement is killed: what was booked stays, and a worker books the rest."""

import signal

import pytest

from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.payments import Payment
from portal.config import Settings
from portal.crypto import Keyring
from portal.database import configure, database, use
from portal.delivery import booking_jobs, outbox
from portal.delivery.jobs import Job, Run, function_of
from portal.gateways.bank_transfer.records import BankStatement, BankTransaction
from tests.factories import NOW
from tests.gateways.bank_transfer.statements import judged
from tests.reliability.test_crashes import call, done

LINES, PARTS = 7, 2


@pytest.fixture
def killed(new_database_url):
    """The process died with four of seven lines booked."""
    url, former = new_database_url(), database.obj
    done(url, "statement", str(LINES))
    assert call(url, "book", str(PARTS)).returncode == -signal.SIGKILL
    configure(url)
    with database.connection_context():
        yield
    database.obj.close_all()
    use(former)


def statuses() -> list[str]:
    return [line.status for line in BankTransaction.of(BankStatement.get())]


def do_what_follows(settings: Settings) -> None:
    """What a worker does, the mails left out."""
    outbox.dispatch(NOW)
    job = Job.get(Job.name == booking_jobs.finish_booking.__name__)
    run = Run(NOW, settings, Keyring(settings.secret_key, ()), job)
    function_of(job.name)(run, **job.arguments)


def test_a_worker_books_the_rest_once(killed, settings):
    assert statuses() == ["booked"] * 4 + ["open"] * 3

    do_what_follows(settings)
    do_what_follows(settings)

    assert statuses() == ["booked"] * LINES
    assert {invoice.status for invoice in Invoice.select()} == {InvoiceStatus.PAID}
    assert Payment.select().count() == LINES


def test_a_line_that_would_do_something_else_by_now_is_looked_at_again(killed, settings):
    line = BankTransaction.promised_of(BankStatement.get()).first()
    invoice = judged(BankStatement.get())[0].invoice
    invoice.pay(invoice.amount_due, at=NOW)

    do_what_follows(settings)

    assert line.reload().status == "open"
    assert statuses().count("booked") == LINES - 1
    assert not BankTransaction.promised_of(BankStatement.get()).exists()
