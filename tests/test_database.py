import threading

import pytest

from portal.billing.merchants import Merchant
from portal.config import ConfigurationError
from portal.database import _gate, configure, database, use, write
from portal.records import RECORDS
from tests.factories import NOW, a_customer, an_invoice
from tests.support.patience import wait_longer


@pytest.fixture
def own_database(new_database_url, monkeypatch):
    """A database that threads can share, apart from the one of the other tests."""
    former = database.obj
    wait_longer(monkeypatch)
    configure(new_database_url())
    with database.connection_context():
        database.create_tables(RECORDS)
    yield
    database.close_all()
    use(former)


def in_threads(count, action):
    failures = []

    def run():
        try:
            with database.connection_context():
                action()
        except Exception as failure:  # noqa: BLE001
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_twenty_who_issue_at_once_leave_no_gap_in_the_numbers(own_database):
    with database.connection_context():
        customer = a_customer(currency="EUR")

    def issue():
        an_invoice(customer=customer.reload(), at=NOW)

    in_threads(20, issue)

    with database.connection_context():
        numbers = sorted(invoice.number for invoice in customer.invoices)
    prefix = customer.merchant.invoice_prefix
    assert numbers == [f"{prefix}-{number:06d}" for number in range(1, 21)]


def test_a_transaction_that_reads_first_waits_for_the_one_that_writes(own_database):
    with database.connection_context():
        merchant = a_customer().merchant

    def count_up():
        with write():
            fresh = Merchant.select().where(Merchant.id == merchant.id)
            number = (fresh.for_update() if database.for_update else fresh).get()
            number.next_invoice_number += 1
            number.save()

    in_threads(8, count_up)

    with database.connection_context():
        assert merchant.reload().next_invoice_number == 9


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///"])
def test_a_database_without_a_file_is_refused(url):
    former = database.obj
    with pytest.raises(ConfigurationError):
        configure(url)
    assert database.obj is former


def test_what_is_pointed_elsewhere_and_back_locks_the_same_file(own_database, new_database_url):
    first = database.obj
    locked = _gate._path

    configure(new_database_url())
    use(first)

    assert _gate._path == locked
