"""Issuing invoices: from what is drawn up to numbered, unchangeable documents.

One pipeline for one invoice and for many: `drafts.draw_up`, then `write_down`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from portal.billing import customer_balances, discounts
from portal.billing.coupons import Coupon, Discount
from portal.billing.customers import Customer
from portal.billing.document_data import document_of
from portal.billing.drafts import DEFAULT_DAYS_UNTIL_DUE, Draft, Payer, Terms, draw_up
from portal.billing.events import Event
from portal.billing.holding import hold
from portal.billing.invoice_items import InvoiceItem
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.items import Item
from portal.billing.merchants import Merchant
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscriptions import Subscription
from portal.database import write

__all__ = [
    "DEFAULT_DAYS_UNTIL_DUE",
    "Item",
    "bill_period",
    "draft_period",
    "issue",
    "terms_of",
    "void_unpaid",
    "write_down",
]

# What the billing run takes anyway is not late.
LATE = timedelta(days=1)


def issue(
    customer: Customer,
    items: Sequence[Item],
    *,
    currency: str,
    at: datetime,
    collection_method: CollectionMethod = CollectionMethod.SEND_INVOICE,
    days_until_due: int = DEFAULT_DAYS_UNTIL_DUE,
    description: str = "",
    coupon: Coupon | None = None,
    **belongs_to: Any,
) -> Invoice:
    """Issue an invoice: lines, VAT, number and document in one transaction.

    Raises `InvoiceEmpty`, `AmountTooLarge`, `CurrencyIsFixed`.
    """
    terms = Terms(currency, collection_method, days_until_due, description)
    with write():
        Customer.hold(customer.id)
        draft = draw_up(Payer.of(customer), items, terms, at=at, coupon=coupon, **belongs_to)
        Event.create_many(write_down([draft]))
    return draft.invoice


def write_down(drafts: Sequence[Draft]) -> list[Event]:
    """Issue what was drawn up: numbers, documents, rows. Only inside a transaction.

    Answers what happened, for the caller to write down in its order: one event an invoice,
    and a second one for an invoice of which nothing is due.
    """
    if any(draft.to_credit for draft in drafts):
        # Credit notes are numbered, too, and before the invoices: in one order with these.
        hold(Merchant, {draft.payer.merchant.id for draft in drafts})
    for draft in drafts:
        _prepare(draft)
    _number(drafts)
    plain = [draft for draft in drafts if not draft.payer.customer.balance]
    for draft in plain:
        _conclude(draft)
    Invoice.create_many([draft.invoice for draft in plain])
    issued = {draft.invoice.id for draft in plain}
    for draft in drafts:
        # Not by the balance: an invoice before it may have used that up.
        if draft.invoice.id not in issued:
            _issue_against_balance(draft)
    InvoiceLine.create_many([line for draft in drafts for line in draft.lines])
    return [event for draft in drafts for event in _follow_up(draft)]


def _prepare(draft: Draft) -> None:
    """What must be true before its number is taken."""
    draft.payer.customer.fix_currency(draft.invoice.currency)
    if draft.to_credit:
        from portal.billing.crediting import credit_items  # noqa: PLC0415 - each needs the other

        credit_items(draft.invoice.subscription, draft.to_credit, at=draft.invoice.issued_at)
        customer_balances.reread(draft.payer.customer)


def _number(drafts: Sequence[Draft]) -> None:
    """One block of numbers a merchant, always in the same order of merchants."""
    by_merchant: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        by_merchant[draft.payer.merchant.id].append(draft)
    for _, theirs in sorted(by_merchant.items()):
        merchant: Merchant = theirs[0].payer.merchant
        numbers = merchant.take_invoice_numbers(len(theirs))
        for draft, number in zip(theirs, numbers, strict=True):
            draft.invoice.number = number


def _issue_against_balance(draft: Draft) -> None:
    """The movement of the balance names the invoice, so that its row comes first."""
    invoice = draft.invoice
    invoice.save(force_insert=True)
    customer_balances.apply_to(invoice, draft.payer.customer, invoice.issued_at)
    _conclude(draft)
    invoice.save()


def _conclude(draft: Draft) -> None:
    """From here on it does not change. What costs nothing is paid at once."""
    invoice, payer = draft.invoice, draft.payer
    invoice.become(InvoiceStatus.OPEN)
    if invoice.amount_due == 0:
        invoice.become(InvoiceStatus.PAID)
        invoice.paid_at = invoice.issued_at
    elif (
        invoice.collection_method == CollectionMethod.SEND_INVOICE and not invoice.dunning_began_at
    ):
        # What takes the place of an overdue one is reminded of when that would have been.
        invoice.next_attempt_at = invoice.due_at
    invoice.document = document_of(
        invoice, draft.lines, payer.merchant, payer.customer, payer.billed
    )


def _follow_up(draft: Draft) -> list[Event]:
    """What an issued invoice brings along: it was issued, it is paid, rows wait no longer."""
    invoice, at = draft.invoice, draft.invoice.issued_at
    if draft.discount:
        discounts.used([draft.discount], at)
    _carry([item.waited for item in draft.items if item.waited], at, invoice)
    _carry(draft.to_credit, at)
    happened = [invoice.event("invoice.finalized", at)]
    if invoice.status == InvoiceStatus.PAID:
        happened.append(invoice.event("invoice.paid", at))
        if invoice.subscription_id:
            invoice.subscription.first_payment_arrived(at=at)
    return happened


def _carry(rows: Sequence[InvoiceItem], at: datetime, invoice: Invoice | None = None) -> None:
    """They wait no longer: `invoice` says them, or nobody will."""
    if rows:
        named = InvoiceItem.id.in_([row.id for row in rows])
        InvoiceItem.update(invoice=invoice, billed_at=at).where(named).execute()


def draft_period(
    subscription: Subscription,
    item: SubscriptionItem,
    payer: Payer,
    *,
    reason: str,
    at: datetime,
    comes_at: datetime | None = None,
    waiting: Sequence[InvoiceItem] = (),
    discount: Discount | None = None,
) -> Draft:
    """The invoice of the subscription's current period, with what waited for it.

    Where more would be given back than is billed, that becomes credit, and pays what is billed.
    An invoice that comes late, at `comes_at`, is due so many days after it came.
    """
    period = Item.of_price(
        item.price,
        item.quantity,
        period_start=subscription.current_period_start,
        period_end=subscription.current_period_end,
    )
    items = [period, *map(Item.waiting, waiting)]
    belongs_to = {
        "subscription": subscription,
        "period_index": subscription.period_index,
        "billing_reason": reason,
    }
    is_late = comes_at is not None and comes_at - at > LATE
    terms = replace(terms_of(subscription), due_from=comes_at if is_late else None)
    draft = draw_up(payer, items, terms, at=at, discount=discount, **belongs_to)
    if draft.invoice.total >= 0:
        return draft
    charged = [each for each in items if each.amount >= 0]
    draft = draw_up(payer, charged, terms, at=at, discount=discount, **belongs_to)
    return replace(draft, to_credit=[row for row in waiting if row.amount < 0])


def terms_of(subscription: Subscription) -> Terms:
    """How the invoices of a subscription are to be paid."""
    method = subscription.collection_method
    is_sent = method == CollectionMethod.SEND_INVOICE
    return Terms(subscription.currency, method, subscription.days_until_due if is_sent else 0)


def bill_period(subscription: Subscription, reason: str, *, at: datetime) -> Invoice:
    """The invoice of the subscription's current period; a unique index allows only one."""
    with write():
        customer = subscription.customer
        Customer.hold(customer.id)
        mine = (InvoiceItem.subscription == subscription) & InvoiceItem.billed_at.is_null()
        draft = draft_period(
            subscription,
            subscription.item,
            Payer.of(customer),
            reason=reason,
            at=at,
            waiting=list(InvoiceItem.select().where(mine).order_by(InvoiceItem.id)),
            discount=discounts.in_force([subscription.id], [customer.id], at).of(
                subscription.id, customer.id
            ),
        )
        Event.create_many(write_down([draft]))
    return draft.invoice


def void_unpaid(subscription: Subscription, *, at: datetime) -> None:
    """Nobody will pay the invoices of a subscription that never began.

    What was credited in part cannot be void any more: the rest is credited, too. Raises
    `PaymentPending` while a payment for one of them has no answer.
    """
    from portal.billing.crediting import credit_rest  # noqa: PLC0415 - each needs the other

    unpaid = (Invoice.status == InvoiceStatus.OPEN) & (Invoice.amount_paid == 0)
    for invoice in subscription.invoices.where(unpaid):
        if invoice.total_credited:
            credit_rest(invoice, at=at)
        else:
            invoice.void(at=at)
