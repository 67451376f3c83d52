"""What may stand on a statement."""

import pytest

from portal.billing.statement_descriptors import (
    StatementDescriptorMalformed,
    check_statement_descriptor,
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
