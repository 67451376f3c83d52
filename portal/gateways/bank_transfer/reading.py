"""A file of a bank, whatever kind it is."""

from portal.gateways.bank_transfer.camt import read_camt
from portal.gateways.bank_transfer.entries import ReadStatement, StatementUnreadable
from portal.gateways.bank_transfer.statement_csv import read_csv

MOST_BYTES = 2_500_000
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read_statement(data: bytes, currency: str) -> ReadStatement:
    """What the file holds; `currency` is that of a CSV which names none.

    Never more than 5,000 entries. Raises `StatementUnreadable` for anything that is
    neither camt.053, camt.054 nor CSV with a date and an amount.
    """
    if not data.strip():
        raise StatementUnreadable("statement_empty")
    if len(data) > MOST_BYTES:
        raise StatementUnreadable("statement_too_long")
    return read_camt(data) if _is_xml(data) else read_csv(data, currency)


def _is_xml(data: bytes) -> bool:
    bare = data
    for mark in MARKS:
        bare = bare.removeprefix(mark)
    return bare.lstrip().replace(b"\0", b"").startswith(b"<")
