"""What a customer's overview lists besides subscriptions, asked at every visit."""

from typing import Any

from peewee import ModelSelect

from portal.billing import dunning
from portal.billing.customers import Customer
from portal.billing.invoice_rows import COLUMNS, InvoiceRow
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.payment_methods import PaymentMethod
from portal.prepared import Prepared

MOST_INVOICES = 10


def newest_invoices(customer: Customer) -> tuple[list[InvoiceRow], bool]:
    """The ten newest that were issued, and whether there are more."""
    rows = [InvoiceRow._make(row) for row in _INVOICES.all(customer.id)]
    return rows[:MOST_INVOICES], len(rows) > MOST_INVOICES


def pressing_invoices(customer: Customer) -> list[Invoice]:
    """What could not be collected, or a subscription waits for to begin."""
    return _PRESSING.all(customer.id)


def payment_methods_of(customer: Customer) -> list[PaymentMethod]:
    """What can be charged, the default first, then the newest."""
    return _METHODS.all(customer.id)


def _invoices(customer: Any) -> ModelSelect:
    issued = (Invoice.customer == customer) & (Invoice.status != InvoiceStatus.DRAFT)
    newest = Invoice.select(*COLUMNS).where(issued).order_by(Invoice.id.desc())
    return newest.limit(MOST_INVOICES + 1).tuples()


_INVOICES = Prepared(_invoices, str)
_PRESSING = Prepared(dunning.pressing, str)
_METHODS = Prepared(PaymentMethod.of, str)
