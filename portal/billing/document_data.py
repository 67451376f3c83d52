"""What an invoice's printed document will say, taken down when it is issued.

The shape is `portal.documents.data.DocumentData`; a test holds the two together. Kept
as data, so that a document never changes when a customer moves house or a merchant
changes colours (§ 14b UStG and art. L102 B LPF: content and legibility are preserved).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from portal.billing.customer_tax_ids import TaxId
from portal.billing.customers import Customer
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.subscription_status import CollectionMethod
from portal.billing.tax import TaxBehavior
from portal.billing.tax_totals import taxes_by_rate

TEMPLATE_VERSION = 1


def document_of(
    invoice: Invoice, lines: Sequence[InvoiceLine], merchant: Merchant, customer: Customer
) -> dict[str, Any]:
    """Everything the invoice says, in plain JSON; amounts in minor units, dates as days."""
    return {
        "kind": "invoice",
        "template_version": TEMPLATE_VERSION,
        "number": invoice.number,
        "language": customer.locale or merchant.locale,
        "currency": invoice.currency,
        "issued_on": _day(merchant, invoice.issued_at),
        "due_on": _day(merchant, invoice.due_at),
        "seller": _seller(merchant),
        "buyer": _buyer(customer),
        "brand": {
            "color": merchant.document_style.get("color", ""),
            "logo": merchant.document_style.get("logo", ""),
        },
        "lines": [_line(merchant, line) for line in lines],
        "subtotal": invoice.subtotal,
        "taxes": [
            {"rate": percent(rate), "net": net, "tax": tax}
            for rate, net, tax in taxes_by_rate(lines)
        ],
        "total": invoice.total,
        "amount_paid": invoice.amount_paid,
        "amount_due": invoice.amount_due,
        "is_collected": invoice.collection_method == CollectionMethod.CHARGE_AUTOMATICALLY,
        "is_test": merchant.is_sandbox,
        "texts": {"note": invoice.description, "footer": merchant.document_style.get("footer", "")},
    }


def percent(rate: int) -> str:
    """Hundredths of a percent as decimal text: 1900 is "19", 550 is "5.5"."""
    whole, rest = divmod(rate, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)


def _day(merchant: Merchant, at: datetime) -> str:
    return merchant.day(at).isoformat()


def _seller(merchant: Merchant) -> dict[str, Any]:
    return {
        "name": merchant.name,
        "address": _address(merchant),
        "vat_id": merchant.vat_id,
        "email": merchant.support_email,
        "phone": merchant.phone,
        "website": merchant.website,
    }


def _buyer(customer: Customer) -> dict[str, Any]:
    tax_ids = TaxId.select().where(TaxId.customer == customer).order_by(TaxId.id)
    return {
        "name": customer.name,
        "company": customer.company,
        "email": customer.email,
        "address": _address(customer),
        "tax_ids": [{"type": tax_id.type, "value": tax_id.value} for tax_id in tax_ids],
    }


def _address(record: Merchant | Customer) -> dict[str, str]:
    names = ("line1", "line2", "postal_code", "city", "state", "country")
    return {name: getattr(record, name) for name in names}


def _line(merchant: Merchant, line: InvoiceLine) -> dict[str, Any]:
    first = last = None
    if line.period_start and line.period_end:
        first = merchant.day(line.period_start)
        last = max(first, merchant.day(line.period_end) - timedelta(days=1))
    return {
        "description": line.description,
        "amount": line.amount,
        "net": line.net,
        "tax": line.tax,
        "tax_rate": percent(line.tax_rate),
        "quantity": line.quantity,
        "includes_tax": bool(line.tax) and line.tax_behavior == TaxBehavior.INCLUSIVE,
        "unit_label": line.unit_label,
        "unit_amount": line.unit_amount,
        "period_start": first.isoformat() if first else None,
        "period_end": last.isoformat() if last else None,
    }
