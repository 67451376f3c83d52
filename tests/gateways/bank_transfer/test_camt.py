"""Statements and notifications of ISO 20022: what is read of them, and what is refused."""

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.gateways.bank_transfer.entries import StatementUnreadable
from portal.gateways.bank_transfer.reading import read_statement
from tests.gateways.bank_transfer.files import V2, V8, a_transfer, camt053, camt054, document


@pytest.mark.parametrize("version", [V2, V8])
@pytest.mark.parametrize(("make", "kind"), [(camt053, "camt.053"), (camt054, "camt.054")])
def test_an_entry_is_read_in_every_version(make, kind, version):
    transfer = a_transfer(text="RF18 5390", bank="B-7", e2e="E-1", reference="RF18539007547034")

    read = read_statement(make(transfer, version=version), "EUR")

    (found,) = read.entries
    assert (read.format, read.account) == (kind, "DE02120300000000202051")
    assert (found.amount, found.currency, found.is_credit) == (2380, "EUR", True)
    assert (found.booked_on, found.name) == ("2026-03-12", "Ada Lovelace")
    assert (found.iban, found.text) == ("DE89370400440532013000", "RF18 5390")
    assert found.creditor_reference == "RF18539007547034"
    assert (found.end_to_end_id, found.bank_reference) == ("E-1", "B-7")


def test_what_is_only_announced_is_not_read():
    read = read_statement(camt053(a_transfer(status="PDNG"), a_transfer(amount="5.00")), "EUR")

    assert [entry.amount for entry in read.entries] == [500]


def test_no_reference_at_all_is_none():
    (found,) = read_statement(camt053(a_transfer(e2e="NOTPROVIDED")), "EUR").entries

    assert found.end_to_end_id == ""


def test_a_direct_debit_that_came_back_says_why():
    (found,) = read_statement(camt054(a_transfer(sign="DBIT", reason="AM04")), "EUR").entries

    assert found.is_return
    assert found.return_reason == "AM04"


def test_an_entry_of_several_transactions_is_each_of_them():
    details = "".join(
        f"<TxDtls><Refs><EndToEndId>E{n}</EndToEndId></Refs><Amt Ccy='EUR'>{n}.00</Amt></TxDtls>"
        for n in (1, 2)
    )
    body = (
        "<BkToCstmrStmt><Stmt><Ntry><Amt Ccy='EUR'>3.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
        "<Sts>BOOK</Sts><BookgDt><DtTm>2026-03-12T10:00:00</DtTm></BookgDt>"
        f"<NtryDtls>{details}</NtryDtls></Ntry></Stmt></BkToCstmrStmt>"
    )

    read = read_statement(document("camt.053.001", "08", body), "EUR")

    assert [(one.end_to_end_id, one.amount) for one in read.entries] == [("E1", 100), ("E2", 200)]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"amount": "12.345"}, "amount"),
        ({"amount": "much"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "1e30"}, "amount"),
        ({"currency": "XXQ"}, "currency"),
        ({"on": "2026-02-30"}, "date"),
    ],
)
def test_a_broken_entry_is_named_and_the_others_are_read(wrong, code):
    read = read_statement(camt053(a_transfer(), a_transfer(**wrong), a_transfer()), "EUR")

    assert [entry.line for entry in read.entries] == [1, 3]
    assert [tuple(problem) for problem in read.problems] == [(2, code)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "statement_empty"),
        (b"  \n", "statement_empty"),
        (b"<", "statement_broken"),
        (b"<Document><BkToCstmrStmt>", "statement_broken"),
        (b"<Document/>", "statement_unknown"),
        (b"<html></html>", "statement_unknown"),
        (b"<Document><CstmrDrctDbtInitn/></Document>", "statement_unknown"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "statement_broken"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "statement_broken"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "statement_broken"),
        (b"x" * 2_500_001, "statement_too_long"),
    ],
)
def test_what_is_no_statement_is_refused_by_name(data, code):
    with pytest.raises(StatementUnreadable) as refused:
        read_statement(data, "EUR")
    assert refused.value.code == code


def test_entities_are_never_expanded():
    bomb = b"<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;'>]><Document>&c;</Document>"

    with pytest.raises(StatementUnreadable):
        read_statement(bomb, "EUR")


def test_more_entries_than_a_page_can_bear_are_refused():
    with pytest.raises(StatementUnreadable) as refused:
        read_statement(camt053(*[a_transfer()] * 5_001)[:2_500_000], "EUR")
    assert refused.value.code in {"statement_too_long", "statement_broken"}


def test_an_entry_that_is_wide_and_deep_is_read_in_a_moment():
    """What it says for all its parts is looked for once: else a file of 2 MB takes hours."""
    parts = b'<NtryDtls><TxDtls><Amt Ccy="EUR">1</Amt></TxDtls></NtryDtls>' * 4_000
    plain = re.sub(rb"<NtryDtls>.*</NtryDtls>", b"", camt053(a_transfer()))
    wide = plain.replace(b"</Ntry>", b"<a/>" * 200_000 + parts + b"</Ntry>")
    began = time.process_time()

    count = len(read_statement(wide, "EUR").entries)

    assert count == 4_000
    assert time.process_time() - began < 10


@pytest.mark.parametrize("amount", ["9E+999999", "1E-999999", "NaN", "1e99", "1" * 5_000])
def test_an_amount_that_is_none_is_a_line_that_cannot_be_read(amount):
    read = read_statement(camt053(a_transfer(amount=amount)), "EUR")
    assert (read.entries, [problem.code for problem in read.problems]) == ([], ["amount"])


@given(st.binary(max_size=400))
def test_no_bytes_whatever_break_the_reader(data):
    with suppress(StatementUnreadable):
        read_statement(data, "EUR")


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20), st.text(max_size=10))
def test_no_text_in_an_entry_breaks_the_reader(text, amount, day, currency):
    bare = [part.translate({ord(mark): None for mark in '<>&"'}) for part in (text, amount, day)]
    transfer = a_transfer(text=bare[0], amount=bare[1], on=bare[2], currency=currency.strip('<>&"'))
    try:
        read = read_statement(camt053(transfer).replace(b"\x00", b""), "EUR")
    except StatementUnreadable:
        return
    assert len(read.entries) + len(read.problems) == 1
