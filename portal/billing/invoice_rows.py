"""A customer's invoices as light rows: what a list shows, and no document."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from peewee import ModelSelect

from portal.billing.customers import Customer
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.prepared import Prepared

OVERDUE = "overdue"
STATUSES = (InvoiceStatus.OPEN, OVERDUE, InvoiceStatus.PAID, InvoiceStatus.VOID)


class InvoiceRow(NamedTuple):
    """The columns of a list; answers the same questions as an `Invoice`."""

    id: str
    number: str
    status: InvoiceStatus
    currency: str
    total: int
    amount_due: int
    issued_at: datetime
    due_at: datetime | None

    def is_overdue(self, at: datetime) -> bool:
        return self.status == InvoiceStatus.OPEN and self.due_at is not None and self.due_at < at


COLUMNS = [getattr(Invoice, name) for name in InvoiceRow._fields]
PART = 50
# Above every id, so that the newest part is asked for like any other.
NEWEST = "~"


def rows_of(
    customer: Customer,
    *,
    at: datetime,
    before: str = "",
    status: str = "",
    year: int | None = None,
    subscription_id: str = "",
) -> tuple[list[InvoiceRow], str]:
    """Up to `PART` issued invoices, newest first, and the cursor of the rest ("" at the end).

    `before` is such a cursor, `status` one of `STATUSES`, `year` that of issue in the
    merchant's time zone; `at` decides what is overdue.
    """
    if not (status or year or subscription_id):
        found = _PLAIN.all(customer.id, before or NEWEST)
    else:
        query = _part(customer.id, before or NEWEST)
        if status == OVERDUE:
            query = query.where((Invoice.status == InvoiceStatus.OPEN) & (Invoice.due_at < at))
        elif status:
            query = query.where(Invoice.status == status)
        if year:
            start, end = _year(year, customer.merchant.zone)
            query = query.where((Invoice.issued_at >= start) & (Invoice.issued_at < end))
        if subscription_id:
            query = query.where(Invoice.subscription == subscription_id)
        found = list(query)
    rows = [InvoiceRow._make(row) for row in found[:PART]]
    return rows, rows[-1].id if len(found) > PART else ""


def years_of(customer: Customer, *, at: datetime) -> range:
    """The years that can be chosen from: that of the first invoice to this one."""
    first = _FIRST.first(customer.id)
    if not first:
        return range(0)
    began, today = customer.merchant.day(first[0]), customer.merchant.day(at)
    return range(began.year, max(today.year, began.year) + 1)


def _part(customer_id: str, before: str) -> ModelSelect:
    return (
        Invoice.select(*COLUMNS)
        .where(
            (Invoice.customer == customer_id)
            & (Invoice.status != InvoiceStatus.DRAFT)
            & (Invoice.id < before)
        )
        .order_by(Invoice.id.desc())
        .limit(PART + 1)
        .tuples()
    )


def _first(customer_id: str) -> ModelSelect:
    return (
        Invoice.select(Invoice.issued_at)
        .where((Invoice.customer == customer_id) & (Invoice.status != InvoiceStatus.DRAFT))
        .order_by(Invoice.id)
        .limit(1)
        .tuples()
    )


def _year(year: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


_PLAIN = Prepared(_part, str, str)
_FIRST = Prepared(_first, str)
