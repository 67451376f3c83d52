"""A customer's invoices as light rows: what a list shows, and no document."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from peewee import ModelSelect

from portal.billing.customers import Customer
from portal.billing.invoices import Invoice, InvoiceStatus

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


def rows_of(
    customer: Customer,
    *,
    at: datetime,
    limit: int,
    before: str = "",
    status: str = "",
    year: int | None = None,
    subscription_id: str = "",
) -> tuple[list[InvoiceRow], str]:
    """Issued invoices, newest first, and the cursor of what follows ("" at the end).

    `before` is such a cursor, `status` one of `STATUSES`, `year` that of issue in the
    merchant's time zone; `at` decides what is overdue.
    """
    query = _issued(customer).order_by(Invoice.id.desc()).limit(limit + 1)
    if before:
        query = query.where(Invoice.id < before)
    if status == OVERDUE:
        query = query.where((Invoice.status == InvoiceStatus.OPEN) & (Invoice.due_at < at))
    elif status:
        query = query.where(Invoice.status == status)
    if year:
        start, end = _year(year, customer.merchant.zone)
        query = query.where((Invoice.issued_at >= start) & (Invoice.issued_at < end))
    if subscription_id:
        query = query.where(Invoice.subscription == subscription_id)
    rows = [InvoiceRow._make(row) for row in query.select(*COLUMNS).tuples()]
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else ""


def years_of(customer: Customer) -> range:
    """The years in which invoices were issued, from the first to the newest."""
    ends = [
        _issued(customer).select(Invoice.issued_at).order_by(order).limit(1).scalar()
        for order in (Invoice.id, Invoice.id.desc())
    ]
    if None in ends:
        return range(0)
    first, newest = (customer.merchant.day(end).year for end in ends)
    return range(first, newest + 1)


def _issued(customer: Customer) -> ModelSelect:
    return Invoice.select().where(
        (Invoice.customer == customer) & (Invoice.status != InvoiceStatus.DRAFT)
    )


def _year(year: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    first, after = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    return first, after
