"""Receipts by day and VAT rate as a file, for bookkeeping and for programs that declare."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from portal.billing.money import exponent
from portal.billing.receipts_report import Row
from portal.documents.csv_text import csv_text

COLUMNS = (
    *("day", "currency", "buyer", "vat_rate", "vat_category"),
    *("gross", "net", "vat", "payments"),
)


def write_receipts(rows: Iterable[Row]) -> Iterator[str]:
    """The file, line by line.

    Days as in ISO 8601, rates in percent, categories of EN 16931, amounts with as many decimals
    as the currency has and a decimal point: the same in every language.
    """
    return csv_text(COLUMNS, (_exported(row) for row in rows))


def _exported(row: Row) -> list[object]:
    amounts = (row.taxed.gross, row.taxed.net, row.taxed.tax)
    return [
        row.day.isoformat(),
        row.currency,
        row.buyer.value,
        Decimal(row.rate.percent).scaleb(-2),
        row.rate.category,
        *(Decimal(amount).scaleb(-exponent(row.currency)) for amount in amounts),
        row.payments,
    ]
