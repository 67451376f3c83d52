import csv
from datetime import date
from io import StringIO

from portal.billing.receipt_movements import BuyerKind
from portal.billing.receipt_splits import Rate, Taxed
from portal.billing.receipts_report import Row
from portal.documents.receipts_list import write_receipts

DAY = date(2026, 3, 10)
STANDARD, TAXED = Rate(1900, "S"), Taxed(1000, 190)


def a_row(currency="EUR", rate=STANDARD, taxed=TAXED, payments=1):
    return Row(DAY, currency, BuyerKind.CONSUMER, rate, taxed, payments)


def written(*rows):
    text = "".join(write_receipts(rows)).removeprefix("\ufeff")
    return list(csv.DictReader(StringIO(text, newline="")))


def test_a_row_says_what_was_taken_at_a_rate_on_a_day():
    assert written(a_row()) == [
        {
            "day": "2026-03-10",
            "currency": "EUR",
            "buyer": "consumer",
            "vat_rate": "19.00",
            "vat_category": "S",
            "gross": "11.90",
            "net": "10.00",
            "vat": "1.90",
            "payments": "1",
        }
    ]


def test_amounts_have_the_decimals_of_their_currency():
    rows = written(a_row("JPY"), a_row("KWD"), a_row("EUR", taxed=Taxed(5, 0)))

    assert [row["gross"] for row in rows] == ["1190", "1.190", "0.05"]


def test_what_went_back_is_a_number_and_no_text():
    row = written(a_row(taxed=Taxed(-5, -1), payments=0))[0]

    assert (row["gross"], row["net"], row["vat"]) == ("-0.06", "-0.05", "-0.01")


def test_it_is_told_apart_why_there_is_no_vat():
    row = written(a_row(rate=Rate(0, "AE")))[0]

    assert (row["vat_rate"], row["vat_category"]) == ("0.00", "AE")
