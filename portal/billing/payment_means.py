"""How an invoice is paid, as it is known on the day of issue."""

from datetime import date, timedelta
from typing import Any

from portal.billing.creditor_references import creditor_reference
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.payment_methods import PaymentMethod, PaymentMethodType
from portal.billing.subscription_status import CollectionMethod

SEPA_GATEWAY = "sepa"
CARD, SEPA_DEBIT, BANK_TRANSFER, ONLINE = "card", "sepa_debit", "bank_transfer", "online"


def means_of(invoice: Invoice, merchant: Merchant, method: PaymentMethod | None) -> dict[str, Any]:
    """The shape is `portal.documents.parts.PaymentMeans`; {} where nothing is left to pay.

    `method` is what the customer is charged by, if anything.
    """
    if not invoice.amount_due:
        return {}
    if invoice.collection_method == CollectionMethod.CHARGE_AUTOMATICALLY:
        return _charged(invoice, merchant, method) if method else {}
    if not merchant.iban:
        return {"kind": ONLINE}
    return {
        "kind": BANK_TRANSFER,
        "iban": merchant.iban,
        "bic": merchant.bic,
        "account_holder": merchant.account_holder or merchant.name,
        "reference": creditor_reference(invoice.number),
    }


def collection_day(issued_on: date, due_on: date, prenotification_days: int) -> date:
    """The first day that a direct debit may fall on.

    The invoice is the pre-notification (SEPA Core Rulebook 4.3.4: 14 days unless a shorter
    time was agreed), so at least that many days lie between.
    """
    return max(due_on, issued_on + timedelta(days=prenotification_days))


def _charged(invoice: Invoice, merchant: Merchant, method: PaymentMethod) -> dict[str, Any]:
    if method.type != PaymentMethodType.SEPA_DEBIT:
        return {"kind": CARD, "brand": method.brand, "last4": method.last4}
    means = {
        "kind": SEPA_DEBIT,
        "last4": method.last4,
        "mandate_reference": method.mandate_reference,
    }
    if method.gateway != SEPA_GATEWAY:  # the provider is the creditor, and chooses the day
        return means
    issued_on, due_on = merchant.day(invoice.issued_at), merchant.day(invoice.due_at)
    collected_on = collection_day(issued_on, due_on, merchant.prenotification_days)
    return means | {
        "creditor_id": merchant.creditor_id,
        "collected_on": collected_on.isoformat(),
    }
