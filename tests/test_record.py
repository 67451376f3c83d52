from datetime import UTC, datetime, timedelta, timezone

import pytest
from peewee import IntegrityError

from portal.billing.customers import Customer
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.database import database, write
from tests.factories import NOW, a_customer, a_merchant, an_invoice

pytestmark = pytest.mark.usefixtures("db")


def test_a_moment_is_the_same_on_both_engines_whatever_zone_it_was_given_in():
    berlin = timezone(timedelta(hours=2))
    merchant = a_merchant(created_at=datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=berlin))

    stored = merchant.reload().created_at

    assert stored == datetime(2026, 7, 1, 10, 0, 0, 123456, tzinfo=UTC)
    assert stored.utcoffset() == timedelta(0)
    earlier = Merchant.created_at < datetime(2026, 7, 1, 10, 0, 1, tzinfo=UTC)
    assert Merchant.select().where(earlier).exists()


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        a_merchant(created_at=datetime(2026, 7, 1))  # noqa: DTZ001


def test_large_amounts_fit_and_unknown_statuses_do_not():
    invoice = an_invoice(amount=99_999_999_999_999)
    assert invoice.reload().total == 99_999_999_999_999

    with pytest.raises(ValueError, match="bogus"):
        Invoice.update(status="bogus").execute()
    with pytest.raises(IntegrityError), write():
        database.execute_sql("UPDATE invoice SET status = 'bogus'")


def test_lengths_are_held_by_the_database_on_both_engines():
    with pytest.raises(IntegrityError), write():
        a_merchant(name="x" * 251)


def test_text_and_json_come_back_as_they_went_in():
    name = "Zoë 🌿 \u202e"
    customer = a_customer(name=name, cc_emails=["a@example.test"], metadata={"ü": [1, None]})

    stored = customer.reload()

    assert stored.name == name
    assert stored.cc_emails == ["a@example.test"]
    assert stored.metadata == {"ü": [1, None]}


def test_a_failed_insert_inside_a_transaction_spoils_nothing_else():
    customer = a_customer()
    with write():
        with pytest.raises(IntegrityError), write():
            Customer.create(id=customer.id, merchant=customer.merchant_id, email="x@example.test")
        Customer.update(name="Still here").where(Customer.id == customer.id).execute()

    assert customer.reload().name == "Still here"


def test_ids_sort_bytewise_in_the_database():
    ids = [f"cus_{letters * 22}" for letters in "Za0Az"]
    merchant = a_merchant()
    for identity in ids:
        Customer.create(id=identity, merchant=merchant, email="x@example.test", created_at=NOW)

    found = [row.id for row in Customer.select(Customer.id).order_by(Customer.id)]

    assert found == sorted(ids)


def test_what_is_refreshed_forgets_the_rows_that_it_no_longer_belongs_to():
    invoice = an_invoice(customer=a_customer())
    other = a_customer(merchant=invoice.merchant)
    Invoice.update(customer=other).where(Invoice.id == invoice.id).execute()

    assert invoice.refresh().customer == other
