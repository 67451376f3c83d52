"""What may stand on a statement."""

import pytest

from portal.billing.statement_descriptors import (
    StatementDescriptorMalformed,
    check_statement_descriptor,
)
from portal.billing.statement_texts import statement_text
from tests.factories import (
    a_customer,
    a_merchant,
    a_price,
    a_product,
    a_subscription,
    an_invoice,
)


@pytest.mark.parametrize(
    "text", ["", "LINDENHOF", "ABCDE", "A" * 22, "12345A", "CAFÉ BRÛLOT", "Müller & Co. 24/7"]
)
def test_it_may_be_said(text):
    assert check_statement_descriptor(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "ABCD",
        "A" * 23,
        "12345",
        "ЛИНДЕН",
        "ΑΒΓΔΕΖ",
        "LINDEN\nHOF",
        "LINDEN ☕ HOF",
        *(f"LINDEN{mark}HOF" for mark in "<>\\\"'*"),
    ],
)
def test_it_may_not_be_said(text):
    with pytest.raises(StatementDescriptorMalformed):
        check_statement_descriptor(text)


def test_the_text_of_the_product_is_said_before_that_of_the_account_and_the_name(db):
    merchant = a_merchant(name="Lindenhof")
    customer = a_customer(merchant=merchant)
    alone = an_invoice(customer=customer)
    product = a_product(merchant=merchant, statement_descriptor="LINDENHOF LETTER")
    periodical = a_subscription(customer=customer, price=a_price(product=product)).invoices.get()

    assert statement_text(merchant, alone) == "Lindenhof"
    merchant.statement_descriptor = "LINDENHOF BERLIN"
    assert statement_text(merchant, alone) == "LINDENHOF BERLIN"
    assert statement_text(merchant, None) == "LINDENHOF BERLIN"
    assert statement_text(merchant, periodical) == "LINDENHOF LETTER"
