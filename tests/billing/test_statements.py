from datetime import timedelta

import pytest

from portal.billing.archived import of_customer
from portal.billing.credit_plans import Destination
from portal.billing.gateway import Refunded, RefundStatus
from portal.billing.invoicing import Item, issue
from portal.billing.refunds import Refund
from portal.billing.statements import statement_of
from portal.billing.tax import TaxBehavior
from tests.factories import (
    NOW,
    a_credit_note,
    a_customer,
    a_merchant,
    a_paid_invoice,
    an_invoice,
    utc,
)

pytestmark = pytest.mark.usefixtures("db")


def test_a_year_is_added_up():
    customer = a_customer()
    invoice = a_paid_invoice(customer=customer)
    a_credit_note(invoice, 1190)
    Refund.get().settle(Refunded(RefundStatus.SUCCEEDED), at=NOW)

    statement = statement_of(customer, 2026)

    assert (statement.billed, statement.credited) == (2380, 1190)
    assert (statement.paid, statement.refunded) == (2380, 1190)
    assert (statement.net, statement.tax) == (1000, 190)


def test_each_rate_of_vat_has_its_sum():
    customer = a_customer()
    items = [
        Item("Book", 1, 1070, 1070, TaxBehavior.INCLUSIVE, "books"),
        Item("Hosting", 1, 1190, 1190, TaxBehavior.INCLUSIVE, "digital_service"),
    ]
    invoice = issue(customer, items, currency="EUR", at=NOW)

    statement = statement_of(customer, 2026)

    assert sum(each.gross for each in statement.by_rate) == invoice.total
    assert [each.rate for each in statement.by_rate] == sorted(
        {line.tax_rate for line in invoice.unordered_lines}, reverse=True
    )


def test_a_void_invoice_is_listed_and_counts_nothing():
    customer = a_customer()
    an_invoice(customer=customer).void(at=NOW)

    statement = statement_of(customer, 2026)

    assert len(statement.invoices) == 1
    assert (statement.billed, statement.by_rate) == (0, [])


def test_a_refund_that_failed_is_not_money_that_went_back():
    customer = a_customer()
    a_credit_note(a_paid_invoice(customer=customer))
    Refund.get().settle(Refunded(RefundStatus.FAILED), at=NOW)

    assert statement_of(customer, 2026).refunds == []


def test_the_year_begins_at_midnight_where_the_merchant_is():
    customer = a_customer(merchant=a_merchant(time_zone="Europe/Berlin"))
    new_year = utc(2026, 1, 1) - timedelta(hours=1)
    an_invoice(customer=customer, at=new_year - timedelta(seconds=1))
    an_invoice(customer=customer, at=new_year)

    assert len(statement_of(customer, 2025).invoices) == 1
    assert len(statement_of(customer, 2026).invoices) == 1


def test_another_customer_is_not_in_it():
    customer = a_customer()
    a_credit_note(a_paid_invoice(customer=a_customer(merchant=customer.merchant)))

    assert statement_of(customer, 2026).is_empty


def test_a_download_of_many_holds_invoices_and_credit_notes_by_date():
    customer = a_customer()
    invoice = a_paid_invoice(customer=customer)
    note = a_credit_note(invoice, 100, at=NOW + timedelta(days=2), to=Destination.BALANCE)
    later = an_invoice(customer=customer, at=NOW + timedelta(days=1))
    an_invoice(customer=customer, at=NOW - timedelta(days=365))

    assert [named.id for named in of_customer(customer, 2026)] == [invoice.id, later.id, note.id]
    assert len(of_customer(customer)) == 4
