"""Money that came and went within a time, some at once, with what its documents say of VAT."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from peewee import Field, ModelSelect, Tuple, fn

from portal.billing.credit_notes import CreditNote, CreditNoteLine
from portal.billing.gateway import PaymentStatus, RefundStatus
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.payments import Payment
from portal.billing.receipt_splits import Rate, Sums, Taxed, gross_of, less, split
from portal.billing.refunds import Refund
from portal.billing.tax_rates import TERRITORIES
from portal.billing.tax_treatment import country_of_vat_id

AT_ONCE = 1000


class BuyerKind(StrEnum):
    """Who paid, as the invoice names them: `abroad` is everybody in another country."""

    BUSINESS = "business"
    CONSUMER = "consumer"
    ABROAD = "abroad"


class Movement(NamedTuple):
    """`amount` minor units that came, or went where it is negative.

    `paid_at` is when the payment came that this belongs to, `credit_note_id` the document that
    says what was given back.
    """

    at: datetime
    id: str
    amount: int
    currency: str
    invoice_id: str
    paid_at: datetime
    credit_note_id: str | None = None

    @property
    def is_payment(self) -> bool:
        return self.amount > 0


def movements(merchant: Merchant, start: datetime, end: datetime) -> Iterator[list[Movement]]:
    """All of the half-open time from `start` to `end`, `AT_ONCE` together.

    Payments count when they are settled, and again, taken off, when a bank takes them back;
    refunds when they have succeeded.
    """
    came = (PaymentStatus.SUCCEEDED, PaymentStatus.RETURNED)
    for query, moment, sign in (
        (_payments(Payment.settled_at).where(Payment.status.in_(came)), Payment.settled_at, 1),
        (
            _payments(Payment.returned_at).where(Payment.status == PaymentStatus.RETURNED),
            Payment.returned_at,
            -1,
        ),
        (_refunds(), Refund.settled_at, -1),
    ):
        model = moment.model
        within = (model.merchant == merchant) & (moment >= start) & (moment < end)
        for part in _parts(query.where(within), moment, model.id):
            yield [Movement(*row)._replace(amount=sign * row[2]) for row in part]


def _payments(moment: Field) -> ModelSelect:
    return Payment.select(
        moment, Payment.id, Payment.amount, Payment.currency, Payment.invoice, Payment.settled_at
    )


def _refunds() -> ModelSelect:
    return (
        Refund.select(
            Refund.settled_at,
            Refund.id,
            Refund.amount,
            Refund.currency,
            Payment.invoice,
            Payment.settled_at,
            Refund.credit_note,
        )
        .join(Payment)
        .where(Refund.status == RefundStatus.SUCCEEDED)
    )


def _parts(query: ModelSelect, moment: Field, key: Field) -> Iterator[list[tuple[Any, ...]]]:
    """By moment and id: a billing run settles thousands at one moment."""
    query = query.order_by(moment, key).limit(AT_ONCE).tuples()
    part = list(query)
    while part:
        yield part
        last = Tuple(moment.db_value(part[-1][0]), part[-1][1])
        part = list(query.where(Tuple(moment, key) > last)) if len(part) == AT_ONCE else []


@dataclass(frozen=True, slots=True)
class _Note:
    """A credit note over something that was still due."""

    id: str
    issued_at: datetime
    due_amount: int


class Documents:
    """What the invoices and credit notes of some movements say, read in four queries."""

    def __init__(self, merchant: Merchant, moved: Sequence[Movement]) -> None:
        ids = list({movement.invoice_id for movement in moved})
        refunded = {movement.credit_note_id for movement in moved if movement.credit_note_id}
        self._billed = _sums(InvoiceLine, InvoiceLine.invoice, ids)
        self._buyers = _buyers(merchant, ids)
        self._notes = _notes(ids)
        reducing = {note.id for notes in self._notes.values() for note in notes}
        self._credited = _sums(
            CreditNoteLine, CreditNoteLine.credit_note, list(reducing | refunded)
        )

    def buyer(self, movement: Movement) -> BuyerKind:
        return self._buyers[movement.invoice_id]

    def by_rate(self, movement: Movement) -> dict[Rate, Taxed]:
        """A refund by the lines of its credit note, if it has one; else as it was paid."""
        if movement.credit_note_id:
            return split(movement.amount, self._credited[movement.credit_note_id])
        return split(movement.amount, self._due(movement.invoice_id, movement.paid_at))

    def _due(self, invoice_id: str, at: datetime) -> Sums:
        """What was to be paid then: without what had been taken back while it was due."""
        billed = self._billed[invoice_id]
        due = less(
            billed,
            (
                split(note.due_amount, self._credited[note.id])
                for note in self._notes[invoice_id]
                if note.issued_at <= at
            ),
        )
        return due if gross_of(due) > 0 else billed


def _sums(model: Any, document: Field, ids: list[str]) -> dict[str, dict[Rate, Taxed]]:
    """By document and rate, the highest first."""
    query = (
        model.select(
            document, model.tax_rate, model.tax_category, fn.SUM(model.net), fn.SUM(model.tax)
        )
        .where(document.in_(ids))
        .group_by(document, model.tax_rate, model.tax_category)
        .order_by(model.tax_rate.desc(), model.tax_category)
        .tuples()
    )
    found: dict[str, dict[Rate, Taxed]] = defaultdict(dict)
    for id_, percent, category, net, tax in query:
        found[id_][Rate(percent, category)] = Taxed(int(net), int(tax))
    return found


def _notes(invoice_ids: list[str]) -> dict[str, list[_Note]]:
    query = (
        CreditNote.select(
            CreditNote.invoice, CreditNote.id, CreditNote.issued_at, CreditNote.due_amount
        )
        .where(CreditNote.invoice.in_(invoice_ids) & (CreditNote.due_amount > 0))
        .tuples()
    )
    found: dict[str, list[_Note]] = defaultdict(list)
    for invoice_id, *columns in query:
        found[invoice_id].append(_Note(*columns))
    return found


def _buyers(merchant: Merchant, invoice_ids: list[str]) -> dict[str, BuyerKind]:
    query = Invoice.select(Invoice.id, Invoice.document).where(Invoice.id.in_(invoice_ids))
    return {id_: buyer_kind(merchant, document) for id_, document in query.tuples()}


def buyer_kind(merchant: Merchant, document: dict[str, Any]) -> BuyerKind:
    """As `tax_treatment` tells buyers apart, from the names on the invoice.

    A business is who has a tax id of its country or a SIREN; a buyer without a country is
    where the seller is.
    """
    parties = [document.get("seller", {}), document.get("buyer", {})]
    seller, buyer = (_country(party.get("address", {}).get("country", "")) for party in parties)
    home = seller or _country(merchant.country)
    if buyer and buyer != home:
        return BuyerKind.ABROAD
    ids = parties[1].get("tax_ids", [])
    if parties[1].get("siren") or any(_is_of(home, tax_id) for tax_id in ids):
        return BuyerKind.BUSINESS
    return BuyerKind.CONSUMER


@lru_cache(maxsize=64)
def _country(code: str) -> str:
    return TERRITORIES.get(code, code)


def _is_of(country: str, tax_id: dict[str, str]) -> bool:
    return tax_id["type"] != "eu_vat" or country_of_vat_id(tax_id["value"]) == country
