"""Statements as banks let people download them: CSV in a dozen dialects."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from portal.billing.money import MAX_AMOUNT, CurrencyUnknown, exponent
from portal.gateways.bank_transfer.entries import (
    MOST_ENTRIES,
    Entry,
    LineUnreadable,
    Problem,
    ReadStatement,
    StatementUnreadable,
    shortened,
)

# Banks put a few lines about the account above the names of the columns.
LINES_BEFORE_HEAD = 25
MOST_COLUMNS, LONGEST_AMOUNT = 200, 40
# What columns are called: in lower case, without accents and marks. Better names come first.
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "date": (
            *("buchungstag", "buchungsdatum", "bookingdate", "datecomptable", "dateoperation"),
            *("datedoperation", "datedecomptabilisation", "completeddate", "datum", "date"),
            *("wertstellung", "valuta", "valutadatum", "valuedate", "datevaleur", "datedevaleur"),
        ),
        "amount": ("betrag", "betrageur", "amount", "amounteur", "montant", "montanteur", "umsatz"),
        "credit": ("haben", "gutschrift", "credit", "crediteur", "moneyin", "paidin"),
        "debit": ("soll", "belastung", "debit", "debiteur", "moneyout", "paidout"),
        "currency": ("wahrung", "waehrung", "currency", "devise"),
        "text": (
            *("verwendungszweck", "zweck", "purpose", "paymentreference", "description"),
            *(
                "libelle",
                "communication",
                "motif",
                "referenztext",
                "text",
                "details",
                "buchungstext",
            ),
        ),
        "name": (
            *("beguenstigterzahlungspflichtiger", "begunstigterzahlungspflichtiger"),
            *("namezahlungsbeteiligter", "zahlungspflichtiger", "zahlungspflichtigerr"),
            *("auftraggeber", "auftraggeberbeguenstigter", "auftraggeberbegunstigter"),
            *("payer", "payername", "partnername", "counterparty", "counterpartyname", "sender"),
            *("donneurdordre", "contrepartie", "tiers", "nom", "name"),
        ),
        "iban": (
            *("ibanzahlungsbeteiligter", "kontonummeriban", "partneriban", "counterpartyiban"),
            *("payeriban", "ibancontrepartie", "iban", "accountnumber", "kontonummer"),
        ),
        "end_to_end_id": (
            *("endezuendereferenz", "kundenreferenzendtoend", "endtoendreference", "endtoendid"),
            *("endtoend", "referencedeboutenbout", "kundenreferenz"),
        ),
        "bank_reference": (
            *("bankreferenz", "transaktionsid", "transactionid", "bankreference"),
            *("referencebancaire", "referencebanque", "iddetransaction"),
        ),
    }
)
AMOUNT = re.compile(
    r"(?P<before>[+-]?)(?P<whole>\d{1,15}|\d{1,3}(?P<group>[.,'’])\d{3}(?:(?P=group)\d{3})*)"
    r"(?:(?P<mark>[.,])(?P<fraction>\d{1,3}))?(?P<after>[+-]?)",
    re.ASCII,
)
DATES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?:[T ].*)?", re.ASCII),
    re.compile(r"(?P<d>\d\d?)[./-](?P<m>\d\d?)[./-](?P<y>\d{4}|\d\d)", re.ASCII),
    re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)", re.ASCII),
)


def read_csv(data: bytes, currency: str) -> ReadStatement:
    """The entries of a file; `currency` where no column names it. Raises `StatementUnreadable`."""
    rows = _rows(_decoded(data))
    try:
        columns = _columns(rows)
        entries, problems = _read(rows, columns, currency)
    except csv.Error as broken:
        raise StatementUnreadable("statement_broken") from broken
    if not entries and not problems:
        raise StatementUnreadable("statement_empty")
    return ReadStatement("csv", "", entries, problems)


def _decoded(data: bytes) -> str:
    """UTF-8, or what German and French banks wrote before it."""
    if b"\0" in data:
        raise StatementUnreadable("statement_not_text")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise StatementUnreadable("statement_not_text")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells. The delimiter is the one that the first lines agree on."""
    head = "\n".join(text.splitlines()[:LINES_BEFORE_HEAD])
    delimiter = max(";,\t", key=head.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    for cells in reader:
        if len(cells) > MOST_COLUMNS:
            raise StatementUnreadable("statement_broken")
        if any(map(str.strip, cells)):
            yield reader.line_num, cells


def _columns(rows: Iterator[tuple[int, list[str]]]) -> dict[str, int]:
    """Where which column stands; reads up to the line that names them."""
    seen = 0
    for _, cells in rows:
        found = _named(cells)
        if "date" in found and found.keys() & {"amount", "credit"}:
            return found
        seen += 1
        if seen == LINES_BEFORE_HEAD:
            break
    raise StatementUnreadable("statement_without_columns" if seen else "statement_empty")


def _named(cells: list[str]) -> dict[str, int]:
    plain = [_plain(cell) for cell in cells]
    return {
        column: next(plain.index(name) for name in names if name in plain)
        for column, names in COLUMNS.items()
        if set(names) & set(plain)
    }


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", letters)


def _read(
    rows: Iterator[tuple[int, list[str]]], columns: dict[str, int], currency: str
) -> tuple[list[Entry], list[Problem]]:
    entries: list[Entry] = []
    problems: list[Problem] = []
    for line, cells in rows:
        if len(entries) + len(problems) >= MOST_ENTRIES:
            raise StatementUnreadable("statement_too_long")
        given = {
            column: cells[place].strip() if place < len(cells) else ""
            for column, place in columns.items()
        }
        try:
            entries.append(_entry(line, given, currency))
        except LineUnreadable as wrong:
            problems.append(Problem(line, str(wrong)))
    return entries, problems


def _entry(line: int, given: dict[str, str], currency: str) -> Entry:
    code = given.get("currency", "").upper() or currency
    minor = _signed(given, code)
    return Entry(
        line=line,
        booked_on=_day(given["date"]),
        amount=abs(minor),
        currency=code,
        is_credit=minor > 0,
        **{
            name: shortened(given.get(name, ""))
            for name in ("name", "iban", "text", "end_to_end_id", "bank_reference")
        },
    )


def _signed(given: dict[str, str], currency: str) -> int:
    """Minor units: positive for what came."""
    if text := given.get("amount", ""):
        minor = _amount(text, currency)
    elif text := given.get("credit", ""):
        minor = abs(_amount(text, currency))
    else:
        minor = -abs(_amount(given.get("debit", ""), currency))
    if not 0 < abs(minor) <= MAX_AMOUNT:
        raise LineUnreadable("amount")
    return minor


def _amount(text: str, currency: str) -> int:
    """ "1.234,50", "-12.00", "1 234,50 €", "12,50-": the last mark before one or two digits
    is the decimal mark in any language."""
    bare = re.sub(r"[\s\u00a0\u202f]|[A-Z]{3}|€", "", text).replace("−", "-")
    found = AMOUNT.fullmatch(bare) if len(bare) <= LONGEST_AMOUNT else None
    if not found or found["mark"] == (found["group"] or "no mark"):
        raise LineUnreadable("amount")
    whole, fraction = found["whole"], found["fraction"] or ""
    digits = re.sub(r"\D", "", whole)
    try:
        places = exponent(currency)
    except CurrencyUnknown as unknown:
        raise LineUnreadable("currency") from unknown
    if len(fraction) == 3 and places < 3:
        if len(whole) > 3:
            raise LineUnreadable("amount")
        digits, fraction = digits + fraction, ""
    if len(fraction.rstrip("0")) > places or (found["before"] and found["after"]):
        raise LineUnreadable("amount")
    minor = int(digits) * 10**places + int(fraction[:places].ljust(places, "0") or 0)
    return -minor if "-" in (found["before"], found["after"]) else minor


def _day(text: str) -> str:
    """A day as ISO date; days come before months, as all over Europe."""
    found = next(filter(None, (pattern.fullmatch(text) for pattern in DATES)), None)
    if not found:
        raise LineUnreadable("date")
    year, month, day = (int(found[part]) for part in "ymd")
    try:
        return date(year + 2000 if year < 100 else year, month, day).isoformat()
    except ValueError as wrong:
        raise LineUnreadable("date") from wrong
