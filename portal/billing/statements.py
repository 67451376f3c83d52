"""Yearly statements: everything that was billed and paid in a calendar year, added up.

The year is the merchant's: from midnight of 1 January to the next, where the merchant is.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from peewee import ModelSelect

from portal.billing.credit_notes import CreditNote, CreditNoteLine
from portal.billing.customers import Customer
from portal.billing.gateway import PaymentStatus, RefundStatus
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import Merchant
from portal.billing.payments import Payment
from portal.billing.refunds import Refund

NOT_BILLED = (InvoiceStatus.DRAFT, InvoiceStatus.VOID)


class RateSum(NamedTuple):
    """What was billed at a rate of VAT (hundredths of a percent) less what was credited."""

    rate: int
    net: int
    tax: int

    @property
    def gross(self) -> int:
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Statement:
    """A year of a customer in one currency; minor units, each list by date.

    Void invoices are listed, and count nothing. Payments are those that arrived and stayed.
    """

    customer: Customer
    year: int
    currency: str
    invoices: list[Invoice]
    credit_notes: list[CreditNote]
    payments: list[Payment]
    refunds: list[Refund]
    by_rate: list[RateSum]

    @property
    def billed(self) -> int:
        return sum(each.total for each in self.invoices if each.status not in NOT_BILLED)

    @property
    def credited(self) -> int:
        return sum(note.total for note in self.credit_notes)

    @property
    def paid(self) -> int:
        return sum(payment.amount for payment in self.payments)

    @property
    def refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds)

    @property
    def net(self) -> int:
        return sum(each.net for each in self.by_rate)

    @property
    def tax(self) -> int:
        return sum(each.tax for each in self.by_rate)

    @property
    def is_empty(self) -> bool:
        return not (self.invoices or self.credit_notes or self.payments or self.refunds)


def year_of(merchant: Merchant, year: int) -> tuple[datetime, datetime]:
    """The half-open calendar year where the merchant is. Raises ValueError outside 1–9998."""
    zone = merchant.zone
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def statement_of(customer: Customer, year: int) -> Statement:
    """Everything of a year, read in a handful of queries."""
    merchant = customer.merchant
    start, end = year_of(merchant, year)
    invoices = list(_invoices(customer, start, end))
    notes = list(_credit_notes(customer, start, end))
    return Statement(
        customer=customer,
        year=year,
        currency=customer.currency or merchant.currency,
        invoices=invoices,
        credit_notes=notes,
        payments=list(_payments(customer, start, end)),
        refunds=list(_refunds(customer, start, end)),
        by_rate=_by_rate(
            [invoice for invoice in invoices if invoice.status not in NOT_BILLED], notes
        ),
    )


def _invoices(customer: Customer, start: datetime, end: datetime) -> ModelSelect:
    in_year = (Invoice.issued_at >= start) & (Invoice.issued_at < end)
    return (
        Invoice.select()
        .where((Invoice.customer == customer) & (Invoice.status != InvoiceStatus.DRAFT) & in_year)
        .order_by(Invoice.issued_at, Invoice.id)
    )


def _credit_notes(customer: Customer, start: datetime, end: datetime) -> ModelSelect:
    in_year = (CreditNote.issued_at >= start) & (CreditNote.issued_at < end)
    return (
        CreditNote.select(CreditNote, Invoice)
        .join(Invoice)
        .where((CreditNote.customer == customer) & in_year)
        .order_by(CreditNote.issued_at, CreditNote.id)
    )


def _payments(customer: Customer, start: datetime, end: datetime) -> ModelSelect:
    in_year = (Payment.settled_at >= start) & (Payment.settled_at < end)
    return (
        Payment.select(Payment, Invoice)
        .join(Invoice)
        .where(
            (Invoice.customer == customer) & (Payment.status == PaymentStatus.SUCCEEDED) & in_year
        )
        .order_by(Payment.settled_at, Payment.id)
    )


def _refunds(customer: Customer, start: datetime, end: datetime) -> ModelSelect:
    in_year = (Refund.settled_at >= start) & (Refund.settled_at < end)
    return (
        Refund.select(Refund, Payment, Invoice)
        .join(Payment)
        .join(Invoice)
        .where((Invoice.customer == customer) & (Refund.status == RefundStatus.SUCCEEDED) & in_year)
        .order_by(Refund.settled_at, Refund.id)
    )


def _by_rate(invoices: Iterable[Invoice], notes: Iterable[CreditNote]) -> list[RateSum]:
    """The highest rate first; what was credited is taken off."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    billed = InvoiceLine.select().where(InvoiceLine.invoice.in_(list(invoices)))
    credited = CreditNoteLine.select().where(CreditNoteLine.credit_note.in_(list(notes)))
    for lines, sign in ((billed, 1), (credited, -1)):
        for line in lines:
            sums[line.tax_rate][0] += sign * line.net
            sums[line.tax_rate][1] += sign * line.tax
    return [RateSum(rate, *sums[rate]) for rate in sorted(sums, reverse=True)]
