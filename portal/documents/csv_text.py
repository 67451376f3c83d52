"""Comma-separated values as other programs read them: RFC 4180, UTF-8, and no formulas."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from io import StringIO

BOM = "\ufeff"
# A spreadsheet takes what begins like this for a formula and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a file, one at a time, so that a long one needs no more memory than a short.

    The mark at the beginning tells spreadsheets that it is UTF-8. What is no number is guarded.
    """
    yield BOM + _line(head)
    for row in rows:
        yield _line(row)


def guarded(text: str) -> str:
    """The text so that no spreadsheet runs it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _line(row: Sequence[object]) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: object) -> str:
    """A number of ours may begin with a minus, and is to be reckoned with."""
    return str(value) if isinstance(value, int | Decimal) else guarded(str(value))
