"""Statements (camt.053) and notifications (camt.054) of ISO 20022, versions 02 to 08.

Read without DTD, entities or network. Which version it is does not matter: the elements
that are read bear the same names, and those that moved are looked for in both places.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation, Overflow
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

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

FORMATS = {"BkToCstmrStmt": "camt.053", "BkToCstmrDbtCdtNtfctn": "camt.054"}
NOT_PROVIDED = {"", "NOTPROVIDED", "NOTAVAILABLE", "NONREF"}


def read_camt(data: bytes) -> ReadStatement:
    """The booked entries of a file. Raises `StatementUnreadable`."""
    root = _parsed(data)
    body = next(iter(root), None) if _name(root) == "Document" else root
    kind = FORMATS.get(_name(body)) if body is not None else None
    if body is None or kind is None:
        raise StatementUnreadable("statement_unknown")
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, entry in enumerate(_booked(body), start=1):
        if number > MOST_ENTRIES:
            raise StatementUnreadable("statement_too_long")
        try:
            entries += _transactions(entry, number)
        except LineUnreadable as wrong:
            problems.append(Problem(number, str(wrong)))
    if len(entries) > MOST_ENTRIES:
        raise StatementUnreadable("statement_too_long")
    return ReadStatement(kind, _account(body), entries, problems)


def _parsed(data: bytes) -> Element:
    try:
        return fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as wrong:
        raise StatementUnreadable("statement_broken") from wrong


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(element: Element, path: str) -> list[Element]:
    """The elements at a path of local names; the namespace says only which version it is."""
    found = [element]
    for name in path.split("/"):
        found = [child for parent in found for child in parent if _name(child) == name]
    return found


def _text(element: Element, *paths: str) -> str:
    """The first text that is there at one of the paths."""
    texts = (child.text or "" for path in paths for child in _children(element, path))
    return next((shortened(text) for text in texts if text.strip()), "")


def _booked(body: Element) -> Iterator[Element]:
    """What is only announced is no money yet."""
    for part in (*_children(body, "Stmt"), *_children(body, "Ntfctn")):
        for entry in _children(part, "Ntry"):
            if _text(entry, "Sts/Cd", "Sts") in {"BOOK", ""}:
                yield entry


def _account(body: Element) -> str:
    return _text(body, "Stmt/Acct/Id/IBAN", "Ntfctn/Acct/Id/IBAN")


def _transactions(entry: Element, number: int) -> Iterator[Entry]:
    """An entry is one transaction, or the sum of several that are listed in it."""
    details = _children(entry, "NtryDtls/TxDtls") or [entry]
    if len(details) > MOST_ENTRIES:
        raise StatementUnreadable("statement_too_long")
    whole = _whole(entry, number)
    amounts = _children(entry, "Amt") if len(details) == 1 else []
    read = [_transaction(whole, detail, amounts or _own_amounts(detail)) for detail in details]
    yield from read


class _Whole(NamedTuple):
    """What an entry says for all its transactions: read once, not for each of them."""

    line: int
    booked_on: str
    direction: str
    bank_reference: str
    message_id: str


def _whole(entry: Element, number: int) -> _Whole:
    return _Whole(
        line=number,
        booked_on=_day(entry),
        direction=_text(entry, "CdtDbtInd"),
        bank_reference=_text(entry, "AcctSvcrRef"),
        message_id=_text(entry, "NtryDtls/Btch/MsgId", "Btch/MsgId"),
    )


def _transaction(whole: _Whole, detail: Element, amounts: Sequence[Element]) -> Entry:
    amount, currency = _amount(next(iter(amounts), None))
    return Entry(
        line=whole.line,
        booked_on=whole.booked_on,
        amount=amount,
        currency=currency,
        is_credit=(_text(detail, "CdtDbtInd") or whole.direction) == "CRDT",
        name=_text(
            detail,
            "RltdPties/Dbtr/Nm",
            "RltdPties/Dbtr/Pty/Nm",
            "RltdPties/UltmtDbtr/Nm",
            "RltdPties/UltmtDbtr/Pty/Nm",
        ),
        iban=_text(detail, "RltdPties/DbtrAcct/Id/IBAN"),
        text=shortened(" ".join(part.text or "" for part in _children(detail, "RmtInf/Ustrd")))
        or _text(detail, "AddtlTxInf", "AddtlNtryInf"),
        creditor_reference=_text(detail, "RmtInf/Strd/CdtrRefInf/Ref"),
        end_to_end_id=_known(_text(detail, "Refs/EndToEndId")),
        bank_reference=_known(_text(detail, "Refs/AcctSvcrRef") or whole.bank_reference),
        message_id=_known(_text(detail, "Refs/MsgId") or whole.message_id),
        return_reason=_text(detail, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"),
    )


def _known(reference: str) -> str:
    return "" if reference.upper() in NOT_PROVIDED else reference


def _own_amounts(detail: Element) -> list[Element]:
    """What one of several is over; of one alone the entry says it, in the account's currency."""
    return _children(detail, "Amt") + _children(detail, "AmtDtls/TxAmt/Amt")


def _amount(element: Element | None) -> tuple[int, str]:
    if element is None:
        raise LineUnreadable("amount")
    currency = element.get("Ccy", "").upper()
    try:
        minor = Decimal((element.text or "").strip()).scaleb(exponent(currency))
    except CurrencyUnknown as unknown:
        raise LineUnreadable("currency") from unknown
    except (InvalidOperation, Overflow) as wrong:
        raise LineUnreadable("amount") from wrong
    if not minor.is_finite() or not 0 < minor <= MAX_AMOUNT or minor != minor.to_integral_value():
        raise LineUnreadable("amount")
    return int(minor), currency


def _day(entry: Element) -> str:
    text = _text(entry, "BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError as wrong:
        raise LineUnreadable("date") from wrong
