"""ISO 11649: check digits that a bank's form accepts, made of the invoice number alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from portal.billing.creditor_references import creditor_reference


@pytest.mark.parametrize(
    ("number", "reference"),
    [
        ("LIN-000123", "RF67LIN000123"),
        ("539007547034", "RF18539007547034"),  # the example of the standard
        ("", ""),
        ("---", ""),
    ],
)
def test_a_number_becomes_a_reference(number, reference):
    assert creditor_reference(number) == reference


@given(st.from_regex(r"\A[A-Z0-9]{3,12}-[0-9]{6,9}\Z"))
def test_every_invoice_number_has_a_valid_reference_that_ends_with_it(number):
    reference = creditor_reference(number)

    assert iso11649.is_valid(reference)
    assert len(reference) <= 25
    assert reference.endswith(number.replace("-", "")[-21:])
