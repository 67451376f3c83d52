"""Which invoices and credit notes a download of many holds, in the order of their dates."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from portal.billing.credit_notes import CreditNote
from portal.billing.customers import Customer
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import Merchant
from portal.billing.statements import year_of

Between = tuple[datetime, datetime] | None


class Named(NamedTuple):
    """A document that is to be read when its turn comes."""

    issued_at: datetime
    record: type[Invoice] | type[CreditNote]
    id: str


def of_customer(customer: Customer, year: int | None = None) -> list[Named]:
    """All issued documents of a customer, or those of a calendar year."""
    between = year_of(customer.merchant, year) if year else None
    return _named(Invoice.customer == customer, CreditNote.customer == customer, between)


def of_merchant(merchant: Merchant, between: tuple[datetime, datetime]) -> list[Named]:
    """All documents that a merchant issued in a time, half open."""
    return _named(Invoice.merchant == merchant, CreditNote.merchant == merchant, between)


def read(named: list[Named]) -> Iterator[Invoice | CreditNote]:
    """One after the other, so that a long list needs no more memory than a short one."""
    for _, record, id_ in named:
        yield record.get_by_id(id_)


def _named(invoices: Any, notes: Any, between: Between) -> list[Named]:
    found = [
        Named(at, record, id_)
        for record, mine in (
            (Invoice, invoices & (Invoice.status != InvoiceStatus.DRAFT)),
            (CreditNote, notes),
        )
        for at, id_ in _within(record, mine, between)
    ]
    return sorted(found, key=lambda each: (each.issued_at, each.id))


def _within(record: Any, mine: Any, between: Between) -> Iterator[tuple[datetime, str]]:
    query = record.select(record.issued_at, record.id).where(mine)
    if between:
        start, end = between
        query = query.where((record.issued_at >= start) & (record.issued_at < end))
    return iter(query.tuples())
