"""What an issued document says, word for word and for good.

Built once from the records inside the issuing transaction and stored as JSON; the
PDF and the e-invoice are made from this alone, so that a document never
changes when a customer moves house or a merchant changes colours. Amounts are
minor units of `currency`, days are ISO dates in the merchant's time zone, rates
are percent as decimal text ("19", "5.5"). Knows neither records nor requests.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, Self, get_args, get_type_hints
from zoneinfo import ZoneInfo

from portal.documents.parts import (
    UNKNOWN,
    Brand,
    Buyer,
    Correction,
    Credited,
    LegalNote,
    Line,
    Payment,
    PaymentMeans,
    Seller,
    TaxId,
    TaxTotal,
    Texts,
)

__all__ = [
    "UNKNOWN",
    "Brand",
    "Buyer",
    "Correction",
    "Credited",
    "DocumentData",
    "DocumentKind",
    "DocumentNotReadable",
    "LegalNote",
    "Line",
    "Payment",
    "PaymentMeans",
    "Seller",
    "TaxId",
    "TaxTotal",
    "Texts",
    "as_date",
    "receipt_for",
    "service_days",
]

TEMPLATE_VERSION = 2


class DocumentNotReadable(ValueError):
    """Stored data that this release cannot read: newer, or not ours."""


class DocumentKind(StrEnum):
    """An invoice asks for money, a receipt confirms it, a credit note takes an invoice back,
    whole or in part."""

    INVOICE = "invoice"
    RECEIPT = "receipt"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentData:
    """An issued document. `subtotal` is net; `subtotal` + taxes = `total`.

    Of an invoice, `total` = paid + from balance + credited + due. Of a credit note all amounts
    are positive, nothing is due, and `credited` sums to `total`. Version 1 knew neither
    categories of VAT nor means of payment: there is no e-invoice of it.
    """

    kind: DocumentKind
    number: str
    language: str
    issued_on: str
    currency: str
    seller: Seller
    buyer: Buyer
    lines: tuple[Line, ...]
    subtotal: int
    taxes: tuple[TaxTotal, ...]
    total: int
    amount_paid: int
    amount_due: int
    due_on: str | None = None
    paid_on: str | None = None
    is_collected: bool = False
    is_test: bool = False
    amount_from_balance: int = 0
    amount_credited: int = 0
    supply_start: str | None = None
    supply_end: str | None = None
    operation: str = ""
    means: PaymentMeans = field(default_factory=PaymentMeans)
    legal_notes: tuple[LegalNote, ...] = ()
    corrects: Correction = field(default_factory=Correction)
    credit_reason: str = ""
    credited: Credited = field(default_factory=Credited)
    payments: tuple[Payment, ...] = ()
    payment_url: str = ""
    brand: Brand = field(default_factory=Brand)
    texts: Texts = field(default_factory=Texts)
    template_version: int = TEMPLATE_VERSION

    def to_json(self) -> dict[str, Any]:
        """A plain dict of strings, numbers, lists and dicts, ready for a JSON column."""
        return json.loads(json.dumps(asdict(self)))

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The document as it was stored. Raises DocumentNotReadable."""
        if stored.get("template_version", 0) not in range(1, TEMPLATE_VERSION + 1):
            raise DocumentNotReadable("written by another release")
        try:
            return _read(cls, stored)
        except (TypeError, ValueError, AttributeError) as error:
            raise DocumentNotReadable(str(error)) from error


def receipt_for(
    invoice: DocumentData,
    payments: Sequence[Payment],
    paid_on: str,
    *,
    amount_credited: int = 0,
) -> DocumentData:
    """The receipt of an issued invoice: the same words, and how it was paid."""
    paid = sum(payment.amount for payment in payments)
    return replace(
        invoice,
        kind=DocumentKind.RECEIPT,
        payments=tuple(sorted(payments, key=lambda payment: payment.on)),
        paid_on=paid_on,
        amount_paid=paid,
        amount_credited=amount_credited,
        amount_due=invoice.total - invoice.amount_from_balance - amount_credited - paid,
    )


def service_days(start: datetime, end: datetime, zone: str) -> tuple[str, str]:
    """First and last day of a half-open period, as ISO dates in a time zone.

    The day that the next period begins on is not part of it, whatever the time of
    day, so that the documents of two periods touch and never overlap.
    """
    first, after = (moment.astimezone(ZoneInfo(zone)).date() for moment in (start, end))
    return first.isoformat(), max(first, after - timedelta(days=1)).isoformat()


def _read(kind: Any, stored: dict[str, Any]) -> Any:
    """Fields that a later release added keep their default; unknown ones are refused."""
    types = _types(kind)
    unknown = stored.keys() - {each.name for each in fields(kind)}
    if unknown:
        raise ValueError(f"{kind.__name__} has no {sorted(unknown)}")
    return kind(**{name: _value(types[name], value) for name, value in stored.items()})


@cache
def _types(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(kind: Any, value: Any) -> Any:
    if get_args(kind) and not isinstance(kind, UnionType):
        return tuple(_value(get_args(kind)[0], each) for each in value)
    if isinstance(value, dict):
        return _read(kind, value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is no {kind}")
    return value


def as_date(day: str) -> date:
    """A stored day."""
    return date.fromisoformat(day)
