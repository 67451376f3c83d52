"""What a credit note would say and do, before it is issued: what is previewed is what is done."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from portal.billing.credit_notes import LinePart, Part, credited_of, is_left, tax_of
from portal.billing.errors import (
    CreditTooLarge,
    InvoiceNotCreditable,
    NothingToCredit,
    PaymentPending,
)
from portal.billing.gateway import UNANSWERED
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.refund_rooms import room_of

NOT_CREDITABLE = frozenset({InvoiceStatus.DRAFT, InvoiceStatus.VOID})


class Destination(StrEnum):
    """Where money goes that was paid; what is still due is reduced first in any case."""

    REFUND = "refund"
    BALANCE = "balance"
    OUTSIDE = "outside"


class Split(NamedTuple):
    """Where the amount of a credit note goes; minor units, all together its total."""

    due_amount: int = 0
    refund_amount: int = 0
    balance_amount: int = 0
    outside_amount: int = 0


class Plan(NamedTuple):
    """A credit note as it would be."""

    parts: tuple[LinePart, ...]
    split: Split
    to: Destination

    @property
    def net(self) -> int:
        return sum(part.net for part in self.parts)

    @property
    def tax(self) -> int:
        return sum(part.tax for part in self.parts)

    @property
    def total(self) -> int:
        return self.net + self.tax


def remaining_of(invoice: Invoice) -> list[Part]:
    """What is left to credit, line by line, in the order of the invoice."""
    credited = credited_of(invoice)
    return [Part(line, line.gross - credited[line.id].gross) for line in InvoiceLine.of(invoice)]


def is_creditable(invoice: Invoice) -> bool:
    """Issued, not void, and not taken back completely yet."""
    return invoice.status not in NOT_CREDITABLE and invoice.total_credited < invoice.total


def has_unanswered(invoice: Invoice) -> bool:
    """Whether a payment of it may still come: what is due must not change meanwhile."""
    payments = invoice.payments
    return bool(payments.where(payments.model.status.in_(UNANSWERED)).exists())


def plan(invoice: Invoice, parts: Sequence[Part], to: Destination) -> Plan:
    """What a credit note over `parts` would say and do. Raises as `credit` does."""
    if invoice.status in NOT_CREDITABLE:
        raise InvoiceNotCreditable
    if invoice.amount_due and has_unanswered(invoice):
        raise PaymentPending
    return plan_reducing(invoice, parts, to, reducible=invoice.amount_due)


def plan_reducing(
    invoice: Invoice, parts: Sequence[Part], to: Destination, *, reducible: int
) -> Plan:
    """As `plan`, taking at most `reducible` minor units off what is due."""
    told = _told_apart(invoice, [part for part in parts if part.gross])
    total = sum(part.net + part.tax for part in told)
    if total <= 0:
        raise NothingToCredit
    if total > invoice.total - invoice.total_credited:
        raise CreditTooLarge
    return Plan(told, _split(invoice, total, to, min(total, reducible)), to)


def _told_apart(invoice: Invoice, parts: Sequence[Part]) -> tuple[LinePart, ...]:
    """Net and tax of each part, so that all parts of a line sum to the line exactly."""
    credited = credited_of(invoice)
    told = []
    for part in parts:
        line, before = part.line, credited[part.line.id]
        if line.invoice_id != invoice.id or not is_left(line, before, part.gross):
            raise CreditTooLarge
        tax = tax_of(line, before.gross + part.gross) - before.tax
        told.append(LinePart(part, part.gross - tax, tax))
        credited[line.id] = before.plus(part.gross, tax)
    return tuple(told)


def _split(invoice: Invoice, total: int, to: Destination, due: int) -> Split:
    """A refund goes the way the money came; what came from the balance returns there."""
    paid = total - due
    if to == Destination.BALANCE:
        return Split(due_amount=due, balance_amount=paid)
    if to == Destination.OUTSIDE:
        return Split(due_amount=due, outside_amount=paid)
    room = room_of(invoice)
    refund = min(paid, room.provider)
    outside = min(paid - refund, room.outside)
    return Split(due, refund, paid - refund - outside, outside)
