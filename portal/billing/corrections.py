"""Corrected invoices: the same supply once more, for the buyer as they are called now.

An issued invoice never changes, so it is taken back by a credit note and issued again under
a new number (§ 14c UStG: no VAT may be shown twice; § 31 Abs. 5 UStDV).
"""

from datetime import datetime
from typing import Any

from portal.billing.credit_notes import CreditReason
from portal.billing.credit_plans import Destination, has_unanswered, remaining_of
from portal.billing.crediting import credit
from portal.billing.customer_balances import reread
from portal.billing.customer_tax_ids import tax_ids_of
from portal.billing.customers import Customer
from portal.billing.document_parties import buyer_of
from portal.billing.drafts import Draft, Payer
from portal.billing.errors import (
    BillingDetailsUnchanged,
    BillingError,
    InvoiceAlreadyCorrected,
    InvoiceNotCorrectable,
    PaymentPending,
)
from portal.billing.events import Event
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.invoicing import write_down
from portal.billing.subscription_status import SubscriptionStatus
from portal.database import write
from portal.ids import new_id

REASON = "correction"
CORRECTABLE = frozenset({InvoiceStatus.OPEN, InvoiceStatus.PAID})
# The invoice is not made out to an address to write to.
NOT_PRINTED = frozenset({"email"})
AS_IT_WAS = (
    "merchant",
    "customer",
    "subscription",
    "currency",
    "collection_method",
    "subtotal",
    "tax",
    "total",
    "next_attempt_at",
    "dunning_began_at",
    "dunning_ended_at",
    "description",
)
# What follows for a subscription from money that came, which here none did.
STANDING = ("status", "current_period_end", "anchor_at", "anchor_index")


def correction_of(invoice: Invoice) -> Invoice | None:
    """The invoice that took the place of this one."""
    return Invoice.get_or_none(Invoice.corrects == invoice)


def may_be_corrected(invoice: Invoice) -> bool:
    """Whether `correct` would do it, as things stand."""
    try:
        check(invoice)
    except BillingError:
        return False
    return True


def check(invoice: Invoice) -> None:
    """Raises as `correct` does."""
    if correction_of(invoice):
        raise InvoiceAlreadyCorrected
    if invoice.status not in CORRECTABLE or invoice.total_credited or not invoice.total:
        raise InvoiceNotCorrectable
    subscription = invoice.subscription
    if subscription and subscription.status == SubscriptionStatus.INCOMPLETE:
        raise InvoiceNotCorrectable
    if has_unanswered(invoice):
        raise PaymentPending
    if not changed_details(invoice, invoice.customer):
        raise BillingDetailsUnchanged


def changed_details(invoice: Invoice, customer: Customer) -> list[str]:
    """Which details of the buyer the invoice says otherwise than they are now."""
    said: dict[str, Any] = invoice.document.get("buyer", {})
    present = buyer_of(customer, tax_ids_of(customer))
    return [
        name
        for name, value in present.items()
        if name not in NOT_PRINTED and (name in said or value) and said.get(name) != value
    ]


def correct(invoice: Invoice, *, at: datetime) -> Invoice:
    """Take `invoice` back and issue it again with the present billing details.

    Lines, periods and VAT stay those of the original supply. What was paid is carried over
    by the balance; no money moves. Once an invoice. Raises `InvoiceAlreadyCorrected`,
    `InvoiceNotCorrectable`, `BillingDetailsUnchanged`, and `PaymentPending` while a payment
    has no answer.
    """
    with write():
        invoice.refresh()
        Customer.hold(invoice.customer_id)
        check(invoice)
        subscription = invoice.subscription
        standing = {name: getattr(subscription, name) for name in STANDING if subscription}
        draft = _draft(invoice, at)
        credit(
            invoice,
            remaining_of(invoice),
            reason=CreditReason.CORRECTION,
            at=at,
            to=Destination.BALANCE,
        )
        reread(draft.payer.customer)
        Event.create_many(write_down([draft]))
        corrected = draft.invoice
        is_owed = corrected.amount_due > 0
        if subscription and is_owed and subscription.refresh().status != standing["status"]:
            # Nothing was paid: whoever was behind still is.
            for name, value in standing.items():
                setattr(subscription, name, value)
            subscription.save()
            subscription.record_event("customer.subscription.updated", at)
        invoice.record_event(
            "invoice.corrected", at, correction=corrected.id, correction_number=corrected.number
        )
    return corrected


def _draft(invoice: Invoice, at: datetime) -> Draft:
    """Drawn up before the original is credited: it is as the original was."""
    corrected = Invoice(
        id=new_id(Invoice.PREFIX, at),
        created_at=at,
        issued_at=at,
        due_at=max(invoice.due_at or at, at) if invoice.amount_due else at,
        amount_due=invoice.total,
        billing_reason=REASON,
        corrects=invoice,
        **{name: getattr(invoice, name) for name in AS_IT_WAS},
    )
    lines = [_line(line, corrected) for line in InvoiceLine.of(invoice)]
    return Draft(corrected, lines, [], Payer.of(invoice.customer))


def _line(line: InvoiceLine, corrected: Invoice) -> InvoiceLine:
    own = {
        "id": new_id(InvoiceLine.PREFIX, corrected.issued_at),
        "created_at": corrected.issued_at,
        "invoice": corrected.id,
    }
    return InvoiceLine(**line.__data__ | own)
