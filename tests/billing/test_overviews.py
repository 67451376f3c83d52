"""The overview's lists: the newest ten, and what can be charged."""

from datetime import timedelta

import pytest

from portal.billing.overviews import newest_invoices, payment_methods_of
from tests.factories import NOW, a_customer, a_payment_method, an_invoice

pytestmark = pytest.mark.usefixtures("db")


def test_the_newest_ten_are_listed_and_whether_there_are_more():
    customer = a_customer()
    made = [an_invoice(customer=customer, at=NOW + timedelta(days=day)) for day in range(10)]
    rows, has_more = newest_invoices(customer)
    assert [row.id for row in rows] == [invoice.id for invoice in reversed(made)]
    assert not has_more
    newest = an_invoice(customer=customer, at=NOW + timedelta(days=20))
    rows, has_more = newest_invoices(customer)
    assert (rows[0].number, len(rows), has_more) == (newest.number, 10, True)


def test_others_have_lists_of_their_own():
    mine, other = a_customer(), a_customer()
    an_invoice(customer=other)
    a_payment_method(customer=other)
    assert newest_invoices(mine) == ([], False)
    assert payment_methods_of(mine) == []


def test_the_default_method_comes_first():
    customer = a_customer()
    first = a_payment_method(customer=customer)
    second = a_payment_method(customer=customer, token="tok_other")
    a_payment_method(customer=customer, token="tok_third").detach(at=NOW)
    assert payment_methods_of(customer) == [first, second]
