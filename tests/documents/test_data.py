"""What an issued document says survives storage, and periods touch without overlap."""

import json
from datetime import UTC, datetime

import pytest

from portal.documents.data import (
    DocumentData,
    DocumentNotReadable,
    Payment,
    receipt_for,
    service_days,
)
from tests.documents.samples import a_document, a_line, a_receipt, with_note


def stored(document: DocumentData) -> dict:
    return json.loads(json.dumps(document.to_json()))


@pytest.mark.parametrize(
    "document", [a_document(), a_receipt(), with_note(a_document(a_line(), a_line(900, "7")))]
)
def test_a_document_comes_back_from_json_as_it_was(document):
    assert DocumentData.from_json(stored(document)) == document


def test_the_json_of_a_document_is_plain():
    document = a_receipt()

    assert document.to_json() == stored(document)


def test_a_field_that_an_older_release_did_not_know_has_its_default():
    older = stored(a_document())
    del older["is_test"]

    assert DocumentData.from_json(older).is_test is False


@pytest.mark.parametrize(
    "change",
    [
        {"template_version": 99},
        {"template_version": 0},
        {"total": "58.31"},
        {"kind": "poem"},
        {"lines": [{"description": "without an amount"}]},
        {"lines": 7},
        {"seller": None},
        {"unheard_of": 1},
    ],
)
def test_what_is_no_document_of_ours_is_refused(change):
    with pytest.raises(DocumentNotReadable):
        DocumentData.from_json(stored(a_document()) | change)


def test_a_receipt_says_what_the_invoice_says_and_what_was_paid():
    invoice = a_document()
    receipt = receipt_for(invoice, [Payment(on="2026-11-22", amount=5000)], "2026-11-22")

    assert (receipt.kind, receipt.number, receipt.lines) == (
        "receipt",
        "NORD-000123",
        invoice.lines,
    )
    assert (receipt.amount_paid, receipt.amount_due) == (5000, invoice.total - 5000)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ((2026, 11, 1), (2026, 12, 1), ("2026-11-01", "2026-11-30")),
        # 23:30 UTC is the next day in Berlin, at both ends
        ((2026, 10, 31, 23, 30), (2026, 11, 30, 23, 30), ("2026-11-01", "2026-11-30")),
        ((2026, 11, 5, 15, 0), (2026, 11, 5, 18, 0), ("2026-11-05", "2026-11-05")),
        ((2026, 11, 5, 15, 0), (2026, 11, 6, 9, 0), ("2026-11-05", "2026-11-05")),
    ],
)
def test_a_service_ends_the_day_before_the_next_period_begins(start, end, days):
    first, last = datetime(*start, tzinfo=UTC), datetime(*end, tzinfo=UTC)

    assert service_days(first, last, "Europe/Berlin") == days


def test_a_receipt_lists_payments_by_their_days():
    came = [Payment(on="2026-11-22", amount=1000), Payment(on="2026-11-20", amount=4000)]

    receipt = receipt_for(a_document(), came, "2026-11-22")

    assert [payment.on for payment in receipt.payments] == ["2026-11-20", "2026-11-22"]
