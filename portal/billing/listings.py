"""Lists for the merchant: filtered, searched, newest first, a part at a time."""

from datetime import datetime
from typing import Any, NamedTuple

from peewee import ModelSelect, fn

from portal.billing.customers import Customer
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import Merchant
from portal.billing.products import Price, Product
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscription_status import SubscriptionStatus
from portal.billing.subscriptions import Subscription

PART = 25
ENDING = "ending"
OVERDUE = "overdue"
SUBSCRIPTION_FILTERS = (
    SubscriptionStatus.ACTIVE,
    SubscriptionStatus.TRIALING,
    ENDING,
    SubscriptionStatus.PAUSED,
    SubscriptionStatus.PAST_DUE,
    SubscriptionStatus.UNPAID,
    SubscriptionStatus.INCOMPLETE,
    SubscriptionStatus.CANCELED,
)
INVOICE_FILTERS = (
    InvoiceStatus.OPEN,
    OVERDUE,
    InvoiceStatus.PAID,
    InvoiceStatus.UNCOLLECTIBLE,
    InvoiceStatus.VOID,
)


class Part(NamedTuple):
    """Some rows of a list. `after` is the cursor of the next part, "" at the end."""

    rows: list[Any]
    after: str = ""


class Sum(NamedTuple):
    """Of all invoices of a list in one currency: how many, how much, how much still due."""

    currency: str
    number: int
    total: int
    due: int


def subscription_items(
    merchant: Merchant, *, status: str = "", search: str = "", after: str = ""
) -> Part:
    """Subscriptions as their items, with customer, price and product in the same query.

    `status` is one of `SUBSCRIPTION_FILTERS`; anything else is every status.
    """
    query = (
        SubscriptionItem.select(SubscriptionItem, Subscription, Customer, Price, Product)
        .join_from(SubscriptionItem, Subscription)
        .join_from(Subscription, Customer)
        .join_from(SubscriptionItem, Price)
        .join_from(Price, Product)
        .where(Subscription.merchant == merchant)
        .order_by(Subscription.id.desc())
    )
    if status == ENDING:
        is_ending = (Subscription.cancel_at_period_end == True) | (  # noqa: E712
            Subscription.cancel_at.is_null(False)
        )
        query = query.where(is_ending & Subscription.status.in_(Subscription.LIVE))
    elif status in SUBSCRIPTION_FILTERS:
        query = query.where(Subscription.status == status)
    if search:
        query = query.where(Subscription.customer.in_(_found(merchant, search)))
    if after:
        query = query.where(Subscription.id < after)
    rows = list(query.limit(PART + 1))
    return _part(rows, [row.subscription_id for row in rows])


def invoices(
    merchant: Merchant, *, at: datetime, status: str = "", search: str = "", after: str = ""
) -> Part:
    """Issued invoices with their customers. `search` is a number's beginning, or a customer's."""
    query = (
        _invoices(merchant, at=at, status=status, search=search)
        .select(*_WITHOUT_DOCUMENT, Customer)
        .join(Customer)
        .order_by(Invoice.id.desc())
    )
    if after:
        query = query.where(Invoice.id < after)
    rows = list(query.limit(PART + 1))
    return _part(rows, [row.id for row in rows])


def invoice_sums(
    merchant: Merchant, *, at: datetime, status: str = "", search: str = ""
) -> list[Sum]:
    """The sums of the whole list that `invoices` shows in parts; void ones count for nothing."""
    rows = (
        _invoices(merchant, at=at, status=status, search=search)
        .select(
            Invoice.currency,
            fn.COUNT(Invoice.id),
            fn.SUM(Invoice.total),
            fn.SUM(Invoice.amount_due),
        )
        .where(Invoice.status != InvoiceStatus.VOID)
        .group_by(Invoice.currency)
        .order_by(Invoice.currency)
        .tuples()
    )
    return [Sum(currency, count, int(total), int(due)) for currency, count, total, due in rows]


# A document is many times as large as the row that it belongs to.
_WITHOUT_DOCUMENT = [field for field in Invoice._meta.sorted_fields if field.name != "document"]


def _invoices(merchant: Merchant, *, at: datetime, status: str, search: str) -> ModelSelect:
    query = Invoice.select().where(
        (Invoice.merchant == merchant) & (Invoice.status != InvoiceStatus.DRAFT)
    )
    if status == OVERDUE:
        query = query.where((Invoice.status == InvoiceStatus.OPEN) & (Invoice.due_at < at))
    elif status in INVOICE_FILTERS:
        query = query.where(Invoice.status == status)
    if search:
        query = query.where(
            Invoice.number.startswith(search) | Invoice.customer.in_(_found(merchant, search))
        )
    return query


def _found(merchant: Merchant, search: str) -> ModelSelect:
    return Customer.matching(merchant, search).select(Customer.id).order_by()


def _part(rows: list[Any], ids: list[str]) -> Part:
    if len(rows) <= PART:
        return Part(rows)
    return Part(rows[:PART], ids[PART - 1])
