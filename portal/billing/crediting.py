"""Crediting: what an issued invoice says too much is taken back, and its money given back.

An issued invoice never changes; a credit note takes back lines of it, or parts of them
(Art. 219 VAT Directive: a document that amends an invoice and refers to it is an invoice).
"""

from collections.abc import Sequence
from datetime import datetime

from portal.billing import customer_balances, events
from portal.billing.credit_notes import CreditNote, CreditNoteLine, CreditReason, LinePart, Part
from portal.billing.credit_plans import (
    Destination,
    Plan,
    has_unanswered,
    plan,
    plan_reducing,
    remaining_of,
)
from portal.billing.credit_rooms import CreditRoom, NegativeItem
from portal.billing.customer_balances import BalanceReason
from portal.billing.customers import Customer
from portal.billing.document_data import credit_note_document_of
from portal.billing.invoices import Invoice
from portal.billing.refund_rooms import give_back, record_given_back
from portal.billing.subscriptions import Subscription
from portal.database import write
from portal.ids import new_id


def credit(
    invoice: Invoice,
    parts: Sequence[Part],
    *,
    reason: CreditReason,
    memo: str = "",
    at: datetime,
    to: Destination = Destination.REFUND,
    note_id: str | None = None,
) -> CreditNote:
    """Issue a credit note over `parts`: number, lines, sums and document in one transaction.

    First it reduces what is due; an invoice of which nothing remains due is paid. The rest
    goes where `to` says. Refunds are only written down: ask the provider for them
    (`refund.ask`) after the transaction. Raises `InvoiceNotCreditable`, `NothingToCredit`,
    `CreditTooLarge`, and `PaymentPending` while a payment for what is due has no answer. The
    same `note_id` again is answered with the note that it led to.
    """
    with write():
        invoice.refresh()
        if note_id and (again := invoice.credit_notes.where(CreditNote.id == note_id).first()):
            return again
        planned = plan(invoice, parts, to)
        return issue(invoice, planned, reason=reason, memo=memo, at=at, note_id=note_id)


def credit_rest(invoice: Invoice, *, at: datetime) -> CreditNote:
    """All that is left of an invoice that will not be paid; raises as `credit` does."""
    parts, reason = remaining_of(invoice), CreditReason.ORDER_CHANGE
    return credit(invoice, parts, reason=reason, at=at, to=Destination.BALANCE)


def issue(
    invoice: Invoice,
    planned: Plan,
    *,
    reason: CreditReason,
    memo: str,
    at: datetime,
    note_id: str | None = None,
) -> CreditNote:
    """Do what was planned, in the transaction that planned it and holds the invoice."""
    merchant = invoice.merchant
    if planned.split.balance_amount:
        Customer.hold(invoice.customer_id)  # before the merchant's numbers: see `holding`
    note = CreditNote.create(
        id=note_id or new_id(CreditNote.PREFIX, at),
        merchant=merchant,
        customer=invoice.customer_id,
        invoice=invoice,
        number=merchant.take_credit_note_number(),
        reason=reason,
        memo=memo,
        currency=invoice.currency,
        subtotal=planned.net,
        tax=planned.tax,
        total=planned.total,
        issued_at=at,
        created_at=at,
        **planned.split._asdict(),
    )
    lines = [_add_line(note, position, part) for position, part in enumerate(planned.parts)]
    note.document = credit_note_document_of(note, lines, merchant, invoice.customer)
    if reason == CreditReason.CORRECTION:
        # It takes back what the invoice said, whom it named included.
        note.document["buyer"] = invoice.document["buyer"]
    note.save()
    _tell(note, invoice, at)
    _take_back(invoice, note, at)
    _give(invoice, note, planned.to, at)
    return note


def _tell(note: CreditNote, invoice: Invoice, at: datetime) -> None:
    events.record(
        "credit_note.created",
        note.merchant_id,
        at=at,
        object_id=note.id,
        customer_id=note.customer_id,
        number=note.number,
        invoice=invoice.id,
        invoice_number=invoice.number,
        total=note.total,
        currency=note.currency,
    )


def _add_line(note: CreditNote, position: int, told: LinePart) -> CreditNoteLine:
    part, line = told.part, told.part.line
    return CreditNoteLine.create(
        merchant=note.merchant_id,
        credit_note=note,
        invoice_line=line,
        created_at=note.created_at,
        position=position,
        description=part.description or line.description,
        quantity=line.quantity if told.is_whole else 1,
        net=told.net,
        tax=told.tax,
        gross=part.gross,
        tax_rate=line.tax_rate,
        tax_category=line.tax_category,
        tax_behavior=line.tax_behavior,
        period_start=part.period_start or line.period_start,
        period_end=part.period_end or line.period_end,
    )


def _take_back(invoice: Invoice, note: CreditNote, at: datetime) -> None:
    invoice.total_credited += note.total
    invoice.amount_credited += note.due_amount
    invoice.amount_due -= note.due_amount
    invoice.save()
    if note.due_amount and not invoice.amount_due:
        invoice.next_attempt_at = None
        invoice.settle(at=at)


def _give(invoice: Invoice, note: CreditNote, to: Destination, at: datetime) -> None:
    if note.refund_amount:
        give_back(note, at=at)
    if note.outside_amount:
        record_given_back(note, any_payment=to == Destination.OUTSIDE, at=at)
    if note.balance_amount:
        customer_balances.move(
            invoice.customer,
            note.balance_amount,
            reason=BalanceReason.CREDIT_NOTE,
            at=at,
            invoice=invoice,
            credit_note_id=note.id,
        )


def credit_items(
    subscription: Subscription, items: Sequence[NegativeItem], *, at: datetime
) -> list[CreditNote]:
    """Unused time becomes credit notes, and its money the customer's balance.

    Each item is credited against the line that billed its price on the subscription's newest
    invoice that has so much left, else against that invoice's other lines, then against older
    ones. One credit note an invoice. It reduces what is due first, unless a payment for it has
    no answer yet. Nothing is credited that was never billed: the notes may add up to less than
    the items ask for (an invoice that was void, free or credited already).
    """
    with write():
        room = CreditRoom(subscription)
        for item in items:
            room.take(item)
        return [
            issue(
                invoice,
                plan_reducing(
                    invoice,
                    parts,
                    Destination.BALANCE,
                    reducible=0 if has_unanswered(invoice) else invoice.amount_due,
                ),
                reason=CreditReason.PRORATION,
                memo="",
                at=at,
            )
            for invoice, parts in room.taken
        ]
