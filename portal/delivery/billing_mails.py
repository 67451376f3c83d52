"""Mails about money that is asked for, taken back or announced: one function a message."""

from datetime import date, datetime
from typing import Any

from portal.billing.corrections import correction_of
from portal.billing.credit_notes import CreditNote
from portal.billing.customers import Customer
from portal.billing.events import Event
from portal.billing.invoices import Invoice
from portal.billing.payment_methods import PaymentMethod
from portal.billing.refunds import Refund
from portal.delivery.envelopes import Attachment
from portal.delivery.mail import Post
from portal.formatting import month_long
from portal.selfservice.guest_links import guest_link


def _invoice_url(post: Post, invoice: Invoice) -> str:
    return post.absolute(guest_link(invoice, post.keyring))


def moment_of(text: str | None) -> datetime | None:
    """A moment that an event wrote down, or none."""
    return datetime.fromisoformat(text) if text else None


def _send(post: Post, message: str, invoice: Invoice, amount: int, **content: Any) -> None:
    """About an invoice, to whom it bills; `amount` is in its currency's minor units."""
    post.send_to_customer(
        message,
        invoice.customer,
        cc=invoice.customer.cc_emails,
        number=invoice.number,
        amount=amount,
        currency=invoice.currency,
        invoice_url=_invoice_url(post, invoice),
        **content,
    )


def send_payment_failed(post: Post, invoice: Invoice, told: dict[str, Any]) -> None:
    """What could not be collected, why, when it is tried again, and how to pay now."""
    _send(
        post,
        "payment_failed",
        invoice,
        invoice.amount_due,
        reason=told.get("reason", ""),
        is_returned=bool(told.get("is_returned")),
        next_attempt_at=moment_of(told.get("next_attempt_at")),
    )


def send_payment_action(post: Post, invoice: Invoice) -> None:
    """A payment that the owner of the card has to confirm, and where."""
    _send(post, "payment_action", invoice, invoice.amount_due)


def send_payment_reminder(post: Post, invoice: Invoice, pdf: bytes) -> None:
    """An invoice that is overdue, with its document again."""
    attachments = [Attachment(f"{invoice.number}.pdf", pdf)]
    _send(
        post,
        "payment_reminder",
        invoice,
        invoice.amount_due,
        due_at=invoice.due_at,
        attachments=attachments,
    )


def send_direct_debit(post: Post, invoice: Invoice, told: dict[str, Any]) -> None:
    """The pre-notification of a SEPA direct debit (EPC rulebook): amount, day, mandate."""
    _send(
        post,
        "direct_debit",
        invoice,
        int(told["amount"]),
        debited_on=date.fromisoformat(str(told["due_on"])),
        account=f"•••• {told.get('last4', '')}",
        mandate=told.get("mandate", ""),
        creditor_id=told.get("creditor_id", ""),
    )


def send_refunded(post: Post, refund: Refund) -> None:
    """Money that is on its way back."""
    _send(post, "refunded", refund.payment.invoice, refund.amount)


def send_credit_note(
    post: Post, note: CreditNote, pdf: bytes, corrected: Attachment | None = None
) -> None:
    """The document that corrects an invoice, and where the money goes.

    `corrected` is the document of the invoice that takes the place of the old one.
    """
    issued = correction_of(note.invoice) if corrected else None
    carried = issued is not None and issued.amount_from_balance >= note.balance_amount
    post.send_to_customer(
        "credit_note",
        note.customer,
        cc=note.customer.cc_emails,
        number=note.number,
        invoice_number=note.invoice.number,
        amount=note.total,
        currency=note.currency,
        due=note.due_amount,
        refund=note.refund_amount,
        balance=0 if carried else note.balance_amount,
        carried=note.balance_amount if carried else 0,
        corrected_number=issued.number if issued else "",
        outside=note.outside_amount,
        invoice_url=_invoice_url(post, issued or note.invoice),
        attachments=[Attachment(f"{note.number}.pdf", pdf), *([corrected] if corrected else [])],
    )


def send_card_expiring(post: Post, method: PaymentMethod, customer: Customer) -> None:
    """A month ahead, while there is time to add another one."""
    language = customer.locale or customer.merchant.locale
    post.send_to_customer(
        "card_expiring",
        customer,
        last4=method.last4,
        month=month_long(date(method.exp_year, method.exp_month, 1), language),
    )


def invoice_of(event: Event) -> Invoice | None:
    """The invoice that an event is about, by its own id or by one that it names."""
    wanted = event.object_id if event.object_id.startswith("in_") else event.data.get("invoice")
    return Invoice.get_or_none(Invoice.id == wanted) if wanted else None
