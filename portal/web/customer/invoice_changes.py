"""What became of invoices after they were issued: credited, refunded, corrected."""

from typing import Any

from peewee import ModelSelect

from portal.billing import corrections
from portal.billing.credit_notes import CreditNote
from portal.billing.invoices import Invoice
from portal.billing.refunds import Refund
from portal.billing.statements import year_of
from portal.prepared import Prepared
from portal.web.customer.scope import me, my_configuration

MOST_CREDIT_NOTES = 50


def changes_of(invoice: Invoice) -> dict[str, Any]:
    """For the page of an invoice."""
    offered = my_configuration().allows_invoice_corrections
    return {
        "refunds": list(Refund.of(invoice)),
        "credit_notes": list(CreditNote.of(invoice)),
        "correction": corrections.correction_of(invoice),
        "can_be_corrected": offered and corrections.may_be_corrected(invoice),
    }


def my_credit_notes(year: int | None) -> list[CreditNote]:
    """Those that stand below the first part of the list, the newest first: what a row shows."""
    if year is None:
        return _NEWEST.all(me().id)
    start, end = year_of(me().merchant, year)
    issued = CreditNote.issued_at
    return list(_newest(me().id).where((issued >= start) & (issued < end)))


def _newest(customer_id: str) -> ModelSelect:
    note = CreditNote
    return (
        note.select(note.id, note.number, note.issued_at, note.total, note.currency, Invoice.number)
        .join(Invoice)
        .where(note.customer == customer_id)
        .order_by(note.id.desc())
        .limit(MOST_CREDIT_NOTES)
    )


_NEWEST = Prepared(_newest, str)
