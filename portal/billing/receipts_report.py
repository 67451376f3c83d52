"""Receipts by day and VAT rate: the money that a merchant took, as bookkeeping asks for it.

For tax on receipts (§ 20 UStG, art. 269, 2 CGI) and for France's e-reporting of sales to
consumers and abroad and of payments (art. 290 and 290 A CGI), which want the sums of a day.

What counts is money that came or went for an invoice, as payments and refunds have it:

* a payment on the day on which it was settled, split by the rates of what was due then;
* a payment that the bank took back, taken off on the day on which that became known;
* a refund, taken off on the day on which it succeeded, by the rates of its credit note.

What a credit balance pays is no receipt: no money came on that day. Nor is what goes into a
balance or is paid out of it, since it is for no supply yet and so at no rate. Days are those
of the merchant's time zone.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from portal.billing.merchants import Merchant
from portal.billing.receipt_movements import BuyerKind, Documents, Movement, movements
from portal.billing.receipt_splits import NOTHING, Rate, Taxed

LONGEST = 366


class Key(NamedTuple):
    day: date
    currency: str
    buyer: BuyerKind
    rate: Rate


class Row(NamedTuple):
    """One day, currency, kind of buyer and rate; minor units, less than 0 if more went back.

    `payments` is how many came, each counted at every rate it has a part of.
    """

    day: date
    currency: str
    buyer: BuyerKind
    rate: Rate
    taxed: Taxed
    payments: int


class Total(NamedTuple):
    """All of one currency; here `payments` counts each of them once."""

    currency: str
    taxed: Taxed
    payments: int


@dataclass(frozen=True, slots=True)
class ReceiptsReport:
    """Rows by day, currency, kind of buyer and rate, the highest first; totals by currency."""

    rows: list[Row]
    totals: list[Total]


def receipts_of(merchant: Merchant, first: date, after: date) -> ReceiptsReport:
    """The report on the days from `first` until before `after`.

    Read some thousand movements at a time, in as many queries whatever they are: it needs the
    memory of its rows, and not of what they add up.
    """
    sums: dict[Key, Taxed] = defaultdict(Taxed)
    counts: dict[Key, int] = defaultdict(int)
    came: dict[str, int] = defaultdict(int)
    for part in movements(merchant, _midnight(merchant, first), _midnight(merchant, after)):
        documents = Documents(merchant, part)
        for movement in part:
            came[movement.currency] += movement.is_payment
            for key, taxed in _told_apart(merchant, movement, documents):
                sums[key] = sums[key].plus(taxed)
                counts[key] += movement.is_payment
    rows = [Row(*key, sums[key], counts[key]) for key in sorted(sums, key=_order)]
    return ReceiptsReport(rows, _totals(rows, came))


def last_month(today: date) -> tuple[date, date]:
    """First and last day of the last month that is complete."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _told_apart(
    merchant: Merchant, movement: Movement, documents: Documents
) -> Iterable[tuple[Key, Taxed]]:
    """Its parts; a rate of which nothing was paid has none."""
    day, buyer = merchant.day(movement.at), documents.buyer(movement)
    for rate, taxed in documents.by_rate(movement).items():
        if taxed != NOTHING:
            yield Key(day, movement.currency, buyer, rate), taxed


def _order(key: Key) -> tuple[date, str, int, int, str]:
    kinds = list(BuyerKind)
    percent, category = key.rate
    return key.day, key.currency, kinds.index(key.buyer), -percent, category


def _totals(rows: Iterable[Row], came: dict[str, int]) -> list[Total]:
    sums: dict[str, Taxed] = defaultdict(Taxed)
    for row in rows:
        sums[row.currency] = sums[row.currency].plus(row.taxed)
    return [Total(currency, sums[currency], came[currency]) for currency in sorted(sums)]


def _midnight(merchant: Merchant, day: date) -> datetime:
    """When the day begins where the merchant is."""
    return datetime(day.year, day.month, day.day, tzinfo=merchant.zone)
