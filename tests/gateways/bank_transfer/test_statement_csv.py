"""Statements as CSV: the dialects of banks, and lines that cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.gateways.bank_transfer.entries import LineUnreadable, StatementUnreadable
from portal.gateways.bank_transfer.reading import read_statement
from portal.gateways.bank_transfer.statement_csv import _amount, _day

GERMAN = """"Kontonummer:";"DE02120300000000202051"

"Buchungstag";"Wertstellung";"Begünstigter/Zahlungspflichtiger";"Verwendungszweck";"Betrag (EUR)"
"12.03.2026";"12.03.2026";"Jürgen Groß";"Rechnung LIN-000042";"1.234,50"
"12.03.26";"12.03.26";"Stadtwerke";"Abschlag";"-60,00"
"""
FRENCH = """Date opération\tLibellé\tDébit\tCrédit
12/03/2026\tVIR REÇU LIN-000042\t\t1 234,50
13/03/2026\tPrélèvement\t60,00\t
"""
ENGLISH = """Date,Payer,Description,Amount,Currency,End to end ID
2026-03-12,Ada,"Invoice LIN-000042","1,234.50",EUR,E-1
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_german_file_is_read(encoding):
    read = read_statement(GERMAN.encode(encoding), "EUR")

    came, went = read.entries
    assert (came.booked_on, came.amount, came.is_credit) == ("2026-03-12", 123450, True)
    assert (came.name, came.text) == ("Jürgen Groß", "Rechnung LIN-000042")
    assert (went.amount, went.is_credit, went.line) == (6000, False, 5)


def test_a_french_file_has_a_column_for_each_direction():
    read = read_statement(FRENCH.encode(), "EUR")

    assert [(one.amount, one.is_credit) for one in read.entries] == [(123450, True), (6000, False)]


def test_an_english_file_names_its_currency():
    (found,) = read_statement(ENGLISH.encode(), "GBP").entries

    assert (found.currency, found.end_to_end_id) == ("EUR", "E-1")


def test_where_no_column_names_the_currency_it_is_the_merchants():
    (found,) = read_statement(b"date,amount\n2026-03-12,10", "GBP").entries

    assert (found.currency, found.amount) == ("GBP", 1000)


def test_a_broken_line_is_named_and_the_others_are_read():
    text = "Datum;Betrag\n12.03.2026;10,00\n31.02.2026;5,00\n12.03.2026;viel\n12.03.2026;7,00\n"

    read = read_statement(text.encode(), "EUR")

    assert [entry.amount for entry in read.entries] == [1000, 700]
    assert [tuple(problem) for problem in read.problems] == [(3, "date"), (4, "amount")]


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("1'234.50", 123450),
        ("1 234,50", 123450),
        ("1\u202f234,50 €", 123450),
        ("+12,5", 1250),
        ("12", 1200),
        ("1.234", 123400),
        ("12,00-", -1200),
        ("−12.00", -1200),
        ("EUR 12.00", 1200),
    ],
)
def test_amounts_are_read_as_banks_write_them(text, minor):
    assert _amount(text, "EUR") == minor


@pytest.mark.parametrize("text", ["", "-", "12,345,6", "1234.567", "1.234,567", "-5-", "1e3", "٣"])
def test_what_is_no_amount_is_never_guessed(text):
    with pytest.raises(LineUnreadable):
        _amount(text, "EUR")


def test_an_amount_has_the_digits_of_its_currency():
    assert _amount("1234", "JPY") == 1234
    assert _amount("1.234", "KWD") == 1234
    with pytest.raises(LineUnreadable):
        _amount("12,50", "JPY")


@pytest.mark.parametrize("text", ["2026-03-12", "12.03.2026", "12/03/26", "20260312", "12-03-2026"])
def test_days_are_read_as_banks_write_them(text):
    assert _day(text) == "2026-03-12"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a;b\n1;2", "statement_without_columns"),
        (b"date;amount\n", "statement_empty"),
        (b"PK\x03\x04\x00", "statement_not_text"),
        (b"Datum;Betrag" + b";" * 2_000_000, "statement_broken"),
    ],
)
def test_what_is_no_list_is_refused_by_name(data, code):
    with pytest.raises(StatementUnreadable) as refused:
        read_statement(data, "EUR")
    assert refused.value.code == code


def test_an_amount_with_thousands_of_digits_is_a_line_that_cannot_be_read():
    read = read_statement(b"Datum;Betrag\n01.02.2026;1" + b".000" * 2_000, "EUR")
    assert [problem.code for problem in read.problems] == ["amount"]


CELLS = st.lists(st.text(max_size=15), min_size=2, max_size=4).map(";".join)


@given(st.lists(CELLS, max_size=6))
def test_no_lines_whatever_break_the_reader(lines):
    data = "\n".join(["Datum;Betrag;Text", *lines]).encode("utf-8", "ignore")
    try:
        read = read_statement(data, "EUR")
    except StatementUnreadable:
        return
    assert all(entry.amount > 0 and len(entry.text) <= 500 for entry in read.entries)
