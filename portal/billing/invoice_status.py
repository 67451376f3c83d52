"""The states of an invoice, and which may follow which."""

from enum import StrEnum


class InvoiceStatus(StrEnum):
    """PAID: nothing is due, whether paid or credited. VOID: it never counted. UNCOLLECTIBLE:
    it stays due, and nobody asks for it.
    """

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


I = InvoiceStatus  # noqa: E741
TRANSITIONS: dict[InvoiceStatus, frozenset[InvoiceStatus]] = {
    I.DRAFT: frozenset({I.OPEN, I.PAID}),
    I.OPEN: frozenset({I.PAID, I.VOID, I.UNCOLLECTIBLE}),
    I.UNCOLLECTIBLE: frozenset({I.PAID, I.VOID}),
    # Only where a bank takes a direct debit back: `take_back`.
    I.PAID: frozenset({I.OPEN}),
    I.VOID: frozenset(),
}
