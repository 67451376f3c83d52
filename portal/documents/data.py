"""What an issued invoice or receipt says, word for word and for good.

Built once from the records inside the issuing transaction and stored as JSON; the
PDF (and later the e-invoice) is made from this alone, so that a document never
changes when a customer moves house or a merchant changes colours. Amounts are
minor units of `currency`, days are ISO dates in the merchant's time zone, rates
are percent as decimal text ("19", "5.5"). Knows neither records nor requests.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, Self, get_args, get_type_hints
from zoneinfo import ZoneInfo

from portal.billing.addresses import Address

TEMPLATE_VERSION = 1
UNKNOWN = Address()


class DocumentNotReadable(ValueError):
    """Stored data that this release cannot read: newer, or not ours."""


class DocumentKind(StrEnum):
    """An invoice asks for money, a receipt confirms it."""

    INVOICE = "invoice"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxId:
    """`type` as in the domain ("eu_vat", …), `value` as it is printed."""

    type: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """Who issues the document."""

    name: str
    address: Address = UNKNOWN
    vat_id: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Whom the document is for; `company` stands above `name`, either may be empty."""

    name: str = ""
    company: str = ""
    email: str = ""
    address: Address = UNKNOWN
    tax_ids: tuple[TaxId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """`color` "#rrggbb" or empty; `logo` is the logo's key in the images handed to the renderer."""

    color: str = ""
    logo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing sold.

    `amount` is what the table shows, with tax where `includes_tax`; `net` and `tax` are its
    parts. `period_start` and `period_end` are the first and the last day of the service
    (see `service_days`); for a delivery on one day they are equal. `unit_amount` is None
    where no single price makes the amount (tiers, packages).
    """

    description: str
    amount: int
    net: int
    tax: int
    tax_rate: str = "0"
    includes_tax: bool = False
    quantity: int = 1
    unit_label: str = ""
    unit_amount: int | None = None
    period_start: str | None = None
    period_end: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTotal:
    """All lines of one rate."""

    rate: str
    net: int
    tax: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money that came in. `method` is a kind ("card", "sepa_debit", …); the rest may be empty."""

    on: str
    amount: int
    method: str = ""
    brand: str = ""
    last4: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The merchant's own words: below the totals, and in the last line of every page."""

    note: str = ""
    footer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentData:
    """An issued document. `subtotal` is net; `subtotal` + taxes = `total` = paid + due."""

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
    payments: tuple[Payment, ...] = ()
    payment_url: str = ""
    brand: Brand = Brand()
    texts: Texts = Texts()
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


def receipt_for(invoice: DocumentData, payments: Sequence[Payment], paid_on: str) -> DocumentData:
    """The receipt of an issued invoice: the same words, and how it was paid."""
    paid = sum(payment.amount for payment in payments)
    return replace(
        invoice,
        kind=DocumentKind.RECEIPT,
        payments=tuple(payments),
        paid_on=paid_on,
        amount_paid=paid,
        amount_due=invoice.total - paid,
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
    unknown = stored.keys() - {field.name for field in fields(kind)}
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
