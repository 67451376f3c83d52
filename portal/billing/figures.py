"""How a merchant is doing: a few sums, computed by the database.

Months are those of the merchant's time zone. Amounts are minor units, told apart by
currency and never converted.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple

from peewee import Case, fn

from portal.billing.events import ActorKind, Event
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import Merchant
from portal.billing.money import Money, half_up
from portal.billing.periods import Interval
from portal.billing.products import Price
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscription_status import S
from portal.billing.subscriptions import Subscription

RECENTLY = timedelta(days=30)
# How many periods of each interval a month has: a year has 12 months, 365 days, 365/7 weeks.
PERIODS_A_MONTH = MappingProxyType(
    {
        Interval.DAY: Fraction(365, 12),
        Interval.WEEK: Fraction(365, 84),
        Interval.MONTH: Fraction(1),
        Interval.YEAR: Fraction(1, 12),
    }
)
# Those who pay; a trial becomes revenue only when it ends.
PAYING = (S.ACTIVE, S.PAST_DUE)


class Owed(NamedTuple):
    """Open invoices of one currency; what is overdue is part of what is open."""

    currency: str
    open_count: int
    open_amount: int
    overdue_count: int
    overdue_amount: int


class Flow(NamedTuple):
    """Subscriptions that began and that ended in a month."""

    begun: int
    ended: int


def subscriptions_by_status(merchant: Merchant) -> dict[S, int]:
    """How many live ones there are of each status; a status without any is left out."""
    query = (
        Subscription.select(Subscription.status, fn.COUNT(Subscription.id))
        .where((Subscription.merchant == merchant) & Subscription.status.in_(Subscription.LIVE))
        .group_by(Subscription.status)
    )
    return {S(status): count for status, count in query.tuples()}


def monthly_recurring_revenue(merchant: Merchant) -> list[Money]:
    """What running subscriptions bring a month, each currency's sum, the largest first.

    In the prices' own tax behaviour. Trials and pauses bring nothing; one that will end
    counts until it does. Rounded once, at the end.
    """
    counts = (
        SubscriptionItem.select(
            SubscriptionItem.price,
            SubscriptionItem.quantity,
            fn.COUNT(SubscriptionItem.id),
        )
        .join(Subscription)
        .where((Subscription.merchant == merchant) & Subscription.status.in_(PAYING))
        .group_by(SubscriptionItem.price, SubscriptionItem.quantity)
        .tuples()
    )
    rows = list(counts)
    used = {price_id for price_id, _, _ in rows}
    prices = {price.id: price for price in Price.select().where(Price.id.in_(used))} if used else {}
    sums: defaultdict[str, Fraction] = defaultdict(Fraction)
    for price_id, quantity, count in rows:
        price = prices[price_id]
        sums[price.currency] += count * monthly(price, quantity)
    return sorted(
        (Money(half_up(total), currency) for currency, total in sums.items()),
        key=lambda money: -money.amount,
    )


def monthly(price: Price, quantity: int) -> Fraction:
    """What a quantity of a recurring price costs a month, exactly, in minor units."""
    share = PERIODS_A_MONTH[price.interval] / price.interval_count
    return price.amount(quantity).amount * share


def owed(merchant: Merchant, at: datetime) -> list[Owed]:
    """Open invoices, each currency's, the largest sum first."""
    is_overdue = Invoice.due_at < at
    query = (
        Invoice.select(
            Invoice.currency,
            fn.COUNT(Invoice.id),
            fn.SUM(Invoice.amount_due),
            fn.SUM(Case(None, [(is_overdue, 1)], 0)),
            fn.SUM(Case(None, [(is_overdue, Invoice.amount_due)], 0)),
        )
        .where((Invoice.merchant == merchant) & (Invoice.status == InvoiceStatus.OPEN))
        .group_by(Invoice.currency)
    )
    found = [Owed(currency, *map(int, sums)) for currency, *sums in query.tuples()]
    return sorted(found, key=lambda owed: -owed.open_amount)


def cancellations_by_reason(merchant: Merchant, at: datetime) -> dict[str, int]:
    """Subscriptions canceled in the last 30 days and not taken back; "" gave no reason."""
    query = (
        Subscription.select(Subscription.cancellation_reason, fn.COUNT(Subscription.id))
        .where(
            (Subscription.merchant == merchant)
            & (Subscription.canceled_at > at - RECENTLY)
            & (Subscription.canceled_at <= at)
        )
        .group_by(Subscription.cancellation_reason)
    )
    return dict(query.tuples())


def portal_sign_ins(merchant: Merchant, at: datetime) -> int:
    """How often customers came into the portal in the last 30 days."""
    return int(
        Event.select()
        .where(
            (Event.merchant == merchant)
            & (Event.type == "billing_portal.session.created")
            & (Event.actor_kind != ActorKind.MEMBER)
            & (Event.created_at > at - RECENTLY)
        )
        .count()
    )


# ── months ───────────────────────────────────────────────────────────────────────────────────


def months_until(merchant: Merchant, at: datetime, count: int = 12) -> list[date]:
    """First days of the last `count` months where the merchant is, this month last."""
    today = merchant.day(at)
    newest = today.year * 12 + today.month - 1
    return [date(*_year_month(month), 1) for month in range(newest - count + 1, newest + 1)]


def paid_by_month(merchant: Merchant, months: Sequence[date]) -> dict[str, list[int]]:
    """What was received for invoices that were settled in each month, by currency."""
    sums = [
        fn.SUM(Case(None, [(_within(Invoice.paid_at, span), Invoice.amount_paid)], 0))
        for span in _spans(merchant, months)
    ]
    query = (
        Invoice.select(Invoice.currency, *sums)
        .where(
            (Invoice.merchant == merchant)
            & (Invoice.status == InvoiceStatus.PAID)
            & (Invoice.paid_at >= _midnight(merchant, months[0]))
        )
        .group_by(Invoice.currency)
    )
    return {currency: [int(amount) for amount in amounts] for currency, *amounts in query.tuples()}


def flow_by_month(merchant: Merchant, months: Sequence[date]) -> list[Flow]:
    """Subscriptions that began and that ended in each month."""
    spans = _spans(merchant, months)
    columns = [
        fn.COALESCE(fn.SUM(Case(None, [(_within(moment, span), 1)], 0)), 0)
        for span in spans
        for moment in (Subscription.started_at, Subscription.ended_at)
    ]
    since = spans[0][0]
    row = (
        Subscription.select(*columns)
        .where(
            (Subscription.merchant == merchant)
            & ((Subscription.started_at >= since) | (Subscription.ended_at >= since))
        )
        .tuples()
        .first()
    )
    counts = [int(count) for count in row]
    return [Flow(*counts[index : index + 2]) for index in range(0, len(counts), 2)]


def _spans(merchant: Merchant, months: Sequence[date]) -> list[tuple[datetime, datetime]]:
    after = date(*_year_month(months[-1].year * 12 + months[-1].month), 1)
    starts = [_midnight(merchant, day) for day in (*months, after)]
    return list(pairwise(starts))


def _within(moment: Any, span: tuple[datetime, datetime]) -> Any:
    return (moment >= span[0]) & (moment < span[1])


def _midnight(merchant: Merchant, day: date) -> datetime:
    """When the day begins where the merchant is."""
    return datetime(day.year, day.month, day.day, tzinfo=merchant.zone).astimezone(UTC)


def _year_month(months: int) -> tuple[int, int]:
    """From months counted since the year 0."""
    year, month = divmod(months, 12)
    return year, month + 1
