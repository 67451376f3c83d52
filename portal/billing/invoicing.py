"""Issuing invoices: from prices and quantities to a numbered, unchangeable document."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from portal.billing.customers import Customer
from portal.billing.document_data import document_of
from portal.billing.errors import AmountTooLarge, CurrencyIsFixed, InvoiceEmpty
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import Merchant
from portal.billing.money import MAX_AMOUNT
from portal.billing.products import Price
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscriptions import Subscription
from portal.billing.tax import TaxBehavior, TaxedAmount, rate_between, tax_line
from portal.billing.tax_codes import DEFAULT_TAX_CODE
from portal.database import write

DEFAULT_DAYS_UNTIL_DUE = 14


class Item(NamedTuple):
    """What is to be billed: a quantity of a price, or a free description with an amount."""

    description: str
    quantity: int
    amount: int
    unit_amount: int | None
    tax_behavior: TaxBehavior
    tax_code: str
    unit_label: str = ""
    price: Price | None = None
    period_start: datetime | None = None
    period_end: datetime | None = None
    is_proration: bool = False

    @classmethod
    def of_price(cls, price: Price, quantity: int, **period: datetime) -> "Item":
        """`quantity` units of a price, in the words of its product."""
        product = price.product
        return cls(
            description=product.name,
            quantity=quantity,
            amount=price.amount(quantity).amount,
            unit_amount=price.unit_amount if price.is_flat else None,
            tax_behavior=price.tax_behavior,
            tax_code=product.tax_code,
            unit_label=product.unit_label,
            price=price,
            **period,
        )


def taxed(
    merchant: Merchant, customer: Customer, item: Item, at: datetime
) -> tuple[int, TaxedAmount]:
    """The VAT rate (hundredths of a percent) of an item on that day, and its amounts."""
    code = item.tax_code or DEFAULT_TAX_CODE
    rate = rate_between(merchant.country, customer.country or None, code, merchant.day(at))
    return int(rate * 100), tax_line(item.amount, rate, item.tax_behavior)


def issue(
    customer: Customer,
    items: Sequence[Item],
    *,
    currency: str,
    at: datetime,
    collection_method: CollectionMethod = CollectionMethod.SEND_INVOICE,
    days_until_due: int = DEFAULT_DAYS_UNTIL_DUE,
    description: str = "",
    **belongs_to: Any,
) -> Invoice:
    """Issue an invoice: lines, VAT, number and document in one transaction.

    Raises `InvoiceEmpty`, `AmountTooLarge`, `CurrencyIsFixed`.
    """
    if not items:
        raise InvoiceEmpty
    if customer.currency not in {None, currency}:
        raise CurrencyIsFixed
    merchant = customer.merchant
    sums = [taxed(merchant, customer, item, at) for item in items]
    with write():
        customer.fix_currency(currency)
        invoice = Invoice.create(
            merchant=merchant,
            customer=customer,
            currency=currency,
            number=merchant.take_invoice_number(),
            collection_method=collection_method,
            description=description,
            **_amounts([amounts for _, amounts in sums]),
            **_dates(at, days_until_due),
            **belongs_to,
        )
        lines = [
            _add_line(invoice, position, item, rate, amounts)
            for position, (item, (rate, amounts)) in enumerate(zip(items, sums, strict=True))
        ]
        invoice.conclude(document_of(invoice, lines, merchant, customer), at=at)
    return invoice


def _amounts(parts: Sequence[TaxedAmount]) -> dict[str, int]:
    net, tax = sum(part.net for part in parts), sum(part.tax for part in parts)
    if net + tax > MAX_AMOUNT:
        raise AmountTooLarge
    return {"subtotal": net, "tax": tax, "total": net + tax, "amount_due": net + tax}


def _dates(at: datetime, days_until_due: int) -> dict[str, datetime]:
    due_at = at + timedelta(days=days_until_due)
    return {"created_at": at, "issued_at": at, "due_at": due_at}


def bill_period(subscription: Subscription, reason: str, *, at: datetime) -> Invoice:
    """The invoice of the subscription's current period; a unique index allows only one."""
    item = subscription.item
    return issue(
        subscription.customer,
        [
            Item.of_price(
                item.price,
                item.quantity,
                period_start=subscription.current_period_start,
                period_end=subscription.current_period_end,
            )
        ],
        currency=subscription.currency,
        at=at,
        collection_method=subscription.collection_method,
        days_until_due=subscription.days_until_due
        if subscription.collection_method == CollectionMethod.SEND_INVOICE
        else 0,
        subscription=subscription,
        period_index=subscription.period_index,
        billing_reason=reason,
    )


def void_unpaid(subscription: Subscription, *, at: datetime) -> None:
    """Nobody will pay the invoices of a subscription that never began.

    Raises `PaymentPending` while a payment for one of them has no answer.
    """
    for invoice in subscription.invoices.where(Invoice.status == InvoiceStatus.OPEN):
        if not invoice.amount_paid:
            invoice.void(at=at)


def _add_line(
    invoice: Invoice, position: int, item: Item, rate: int, amounts: TaxedAmount
) -> InvoiceLine:
    return InvoiceLine.create(
        merchant=invoice.merchant_id,
        invoice=invoice,
        created_at=invoice.created_at,
        position=position,
        description=item.description,
        price=item.price,
        quantity=item.quantity,
        unit_label=item.unit_label,
        unit_amount=item.unit_amount,
        amount=item.amount,
        net=amounts.net,
        tax=amounts.tax,
        gross=amounts.gross,
        tax_rate=rate,
        tax_behavior=item.tax_behavior,
        period_start=item.period_start,
        period_end=item.period_end,
        is_proration=item.is_proration,
    )
