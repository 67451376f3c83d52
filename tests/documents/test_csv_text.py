"""Files for spreadsheets."""

import csv
import tracemalloc
from io import StringIO

import pytest

from portal.documents.csv_text import BOM, csv_text, guarded, unguarded


def test_it_begins_with_the_mark_and_ends_lines_as_the_standard_says():
    text = "".join(csv_text(["a", "b"], [["1", "2"]]))
    assert text == f"{BOM}a,b\r\n1,2\r\n"


def test_what_needs_quotes_is_quoted():
    text = "".join(csv_text(["a"], [['He said "no", and\nleft']]))
    assert text == f'{BOM}a\r\n"He said ""no"", and\nleft"\r\n'
    assert list(csv.reader(StringIO(text[1:], newline="")))[1] == ['He said "no", and\nleft']


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_spreadsheet_runs_what_somebody_typed(begin):
    text = f"{begin}HYPERLINK(1)"
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


def test_plain_text_is_left_alone():
    assert guarded("Ada = Lovelace") == "Ada = Lovelace"
    assert unguarded("'tis") == "'tis"


def test_a_long_file_needs_no_more_memory_than_a_short_one():
    rows = (["x" * 100] for _ in range(50_000))
    tracemalloc.start()
    for _ in csv_text(["a"], rows):
        pass
    assert tracemalloc.get_traced_memory()[1] < 500_000
    tracemalloc.stop()
