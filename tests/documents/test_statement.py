"""What a yearly statement says of VAT."""

import pytest

from portal.billing.merchants import TaxScheme
from portal.billing.statements import statement_of
from portal.documents.statement import statement_data
from tests.factories import NOW, a_credit_note, a_customer, a_merchant, a_paid_invoice

pytestmark = pytest.mark.usefixtures("db")


def shown_for(customer) -> dict:
    return statement_data(statement_of(customer, 2026), at=NOW).shown


def captions(shown: dict) -> list[str]:
    return [table["caption"] for table in shown["tables"]]


def test_a_year_with_vat_says_so_and_adds_it_up_by_rate():
    customer = a_customer()
    a_paid_invoice(customer=customer)
    shown = shown_for(customer)

    assert shown["lead"] == "€23.80 billed, including VAT"
    assert captions(shown)[0] == "Sums by VAT rate"


def test_a_year_that_was_taken_back_had_vat_all_the_same():
    customer = a_customer()
    a_credit_note(a_paid_invoice(customer=customer))

    assert shown_for(customer)["lead"] == "€23.80 billed, including VAT"


def test_a_small_business_speaks_of_no_vat():
    merchant = a_merchant(tax_scheme=TaxScheme.SMALL_BUSINESS)
    customer = a_customer(merchant=merchant)
    a_paid_invoice(customer=customer)
    shown = shown_for(customer)

    assert shown["lead"] == "€23.80 billed"
    assert captions(shown) == ["Invoices", "Payments and refunds"]
