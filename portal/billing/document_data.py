"""What an invoice's printed document will say, taken down when it is issued.

The shape is `portal.documents.data.DocumentData`; a test holds the two together. Kept
as data, so that a document never changes when a customer moves house or a merchant
changes colours (§ 14b UStG and art. L102 B LPF: content and legibility are preserved).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from portal.billing.credit_notes import CreditNote, CreditNoteLine
from portal.billing.customer_tax_ids import TaxId, tax_ids_of
from portal.billing.customers import Customer
from portal.billing.document_lines import (
    credit_line_of,
    line_of,
    operation_of,
    supply_of,
    taxes_of,
)
from portal.billing.document_parties import buyer_of, is_business, seller_of
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.legal_notes import notes_between
from portal.billing.merchants import Merchant
from portal.billing.payment_means import means_of
from portal.billing.payment_methods import PaymentMethod
from portal.billing.subscription_status import CollectionMethod

TEMPLATE_VERSION = 2
GOODS = "goods"


class Billed(NamedTuple):
    """What else is read of a customer; whoever bills many reads it for all of them at once."""

    tax_ids: Sequence[TaxId]
    method: PaymentMethod | None

    @classmethod
    def of(cls, customer: Customer) -> "Billed":
        return cls(tax_ids_of(customer), PaymentMethod.default_of(customer))


def document_of(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    merchant: Merchant,
    customer: Customer,
    billed: Billed | None = None,
) -> dict[str, Any]:
    """Everything the invoice says, in plain JSON; amounts in minor units, dates as days.

    The invoice has its number, dates and sums; what is paid from the balance must be
    deducted already.
    """
    billed = billed or Billed.of(customer)
    common = _common(invoice, lines, merchant, customer, billed.tax_ids)
    return common | {
        "kind": "invoice",
        "due_on": _day(merchant, invoice.due_at),
        "lines": [line_of(line, merchant) for line in lines],
        "amount_paid": invoice.amount_paid,
        "amount_from_balance": invoice.amount_from_balance,
        "amount_credited": invoice.amount_credited,
        "amount_due": invoice.amount_due,
        "is_collected": invoice.collection_method == CollectionMethod.CHARGE_AUTOMATICALLY,
        "means": means_of(invoice, merchant, billed.method),
        "texts": _texts(merchant, invoice.description),
        **({"corrects": _reference(invoice.corrects)} if invoice.corrects_id else {}),
    }


def credit_note_document_of(
    credit_note: CreditNote,
    lines: Sequence[CreditNoteLine],
    merchant: Merchant,
    customer: Customer,
) -> dict[str, Any]:
    """Everything the credit note says; all amounts positive, as they are taken back.

    It names the number and the day of the invoice that it corrects (§ 31 Abs. 5 UStDV,
    art. 289, I, 5 CGI, Art. 219 VAT Directive).
    """
    return _common(credit_note, lines, merchant, customer, tax_ids_of(customer)) | {
        "kind": "credit_note",
        "lines": [credit_line_of(line, merchant) for line in lines],
        "amount_paid": 0,
        "amount_due": 0,
        "corrects": _reference(credit_note.invoice),
        "credit_reason": credit_note.reason.value,
        "credited": {
            "due": credit_note.due_amount,
            "refund": credit_note.refund_amount,
            "balance": credit_note.balance_amount,
            "outside": credit_note.outside_amount,
        },
        "texts": _texts(merchant, credit_note.memo),
    }


def _reference(invoice: Invoice) -> dict[str, Any]:
    return {"number": invoice.number, "issued_on": _day(invoice.merchant, invoice.issued_at)}


def _supplied_at(record: Invoice | CreditNote) -> datetime:
    """What takes an invoice back, or its place, is about what was supplied then, not today."""
    invoice = record if isinstance(record, Invoice) else record.invoice
    while invoice.corrects_id:
        invoice = invoice.corrects
    return invoice.issued_at


def _common(
    record: Invoice | CreditNote,
    lines: Sequence[InvoiceLine] | Sequence[CreditNoteLine],
    merchant: Merchant,
    customer: Customer,
    tax_ids: Sequence[TaxId],
) -> dict[str, Any]:
    language = customer.locale or merchant.locale
    # Terms of payment are the invoice's: nobody is late with what is given back.
    asks_a_business = isinstance(record, Invoice) and is_business(customer, tax_ids)
    operation = operation_of(lines) if merchant.country == "FR" else ""
    supply_start, supply_end = supply_of(lines, merchant, _supplied_at(record))
    notes = notes_between(
        merchant.country,
        language,
        is_business=asks_a_business,
        is_service=operation != GOODS,
        on_debits=merchant.vat_on_debits,
    )
    return {
        "template_version": TEMPLATE_VERSION,
        "number": record.number,
        "language": language,
        "currency": record.currency,
        "issued_on": _day(merchant, record.issued_at),
        "supply_start": supply_start,
        "supply_end": supply_end,
        "operation": operation,
        "seller": seller_of(merchant),
        "buyer": buyer_of(customer, tax_ids),
        "brand": {
            "color": merchant.document_style.get("color", ""),
            "logo": merchant.document_style.get("logo", ""),
        },
        "subtotal": record.subtotal,
        "taxes": taxes_of(lines, merchant, language),
        "total": record.total,
        "legal_notes": [{"kind": kind, "text": text} for kind, text in notes],
        "is_test": merchant.is_sandbox,
    }


def _texts(merchant: Merchant, note: str) -> dict[str, str]:
    return {"note": note, "footer": merchant.document_style.get("footer", "")}


def _day(merchant: Merchant, at: datetime) -> str:
    return merchant.day(at).isoformat()
