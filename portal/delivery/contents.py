"""What mails say of records, as plain values: previews say the same of invented ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.subscription_status import CollectionMethod

MOST_LINES = 8
HALF = 2


class Line(NamedTuple):
    """A line of an invoice; `amount` in minor units."""

    description: str
    quantity: int
    amount: int
    is_proration: bool = False


@dataclass(frozen=True)
class InvoiceContent:
    """Amounts in minor units: `total` = from balance + credited + paid + due; `hidden` lines are
    only in the document."""

    number: str
    currency: str
    total: int
    amount_due: int
    amount_paid: int
    due_at: datetime | None
    paid_at: datetime | None
    is_collected: bool
    is_test: bool
    lines: Sequence[Line]
    hidden: int = 0
    from_balance: int = 0
    credited: int = 0

    @classmethod
    def of(cls, invoice: Invoice) -> "InvoiceContent":
        lines = list(InvoiceLine.of(invoice))
        return cls(
            number=invoice.number,
            currency=invoice.currency,
            total=invoice.total,
            amount_due=invoice.amount_due,
            amount_paid=invoice.amount_paid,
            due_at=invoice.due_at,
            paid_at=invoice.paid_at,
            is_collected=invoice.collection_method == CollectionMethod.CHARGE_AUTOMATICALLY,
            is_test=invoice.merchant.is_sandbox,
            lines=[
                Line(line.description, line.quantity, line.gross, line.is_proration)
                for line in lines[:MOST_LINES]
            ],
            hidden=max(0, len(lines) - MOST_LINES),
            from_balance=invoice.amount_from_balance,
            credited=invoice.amount_credited,
        )

    @property
    def is_settled_in_parts(self) -> bool:
        """Whether the total is neither all due nor all paid, so that its parts have to be told."""
        return self.total not in (self.amount_due, self.amount_paid)


def grouped(code: str) -> str:
    """ "123456" → "123 456": how people read it out; the field takes it with the space."""
    middle = len(code) // HALF
    return f"{code[:middle]} {code[middle:]}"
