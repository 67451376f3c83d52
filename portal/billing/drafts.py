"""Drawing up an invoice: from what is to be billed to lines and sums, nothing saved.

What is issued and what is only shown beforehand are made here, so that they cannot differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from portal.billing.coupons import Coupon, Discount
from portal.billing.customer_tax_ids import TaxId, tax_ids_of
from portal.billing.customers import Customer
from portal.billing.discounts import take_off
from portal.billing.document_data import Billed
from portal.billing.errors import AmountTooLarge, CurrencyIsFixed, InvoiceEmpty
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.items import Item
from portal.billing.merchants import Merchant
from portal.billing.money import MAX_AMOUNT
from portal.billing.payment_methods import PaymentMethod
from portal.billing.subscription_status import CollectionMethod
from portal.billing.tax import TaxBehavior, TaxedAmount, tax_line
from portal.billing.tax_treatment import treatment
from portal.ids import new_id

if TYPE_CHECKING:
    from portal.billing.invoice_items import InvoiceItem

DEFAULT_DAYS_UNTIL_DUE = 14


@dataclass(frozen=True, slots=True)
class Payer:
    """Who is billed, with what else is read of them; read for many at once in a batch."""

    merchant: Merchant
    customer: Customer
    tax_ids: Sequence[TaxId]
    method: PaymentMethod | None

    @classmethod
    def of(cls, customer: Customer) -> "Payer":
        return cls(
            customer.merchant, customer, tax_ids_of(customer), PaymentMethod.default_of(customer)
        )

    @property
    def billed(self) -> Billed:
        return Billed(self.tax_ids, self.method)


@dataclass(frozen=True, slots=True)
class Draft:
    """An invoice that nobody has seen: no number, no document, not saved."""

    invoice: Invoice
    lines: list[InvoiceLine]
    items: Sequence[Item]
    payer: Payer
    discount: Discount | None = None
    # What would make the sum negative becomes credit instead.
    to_credit: Sequence["InvoiceItem"] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """How and when an invoice is to be paid, and what it belongs to."""

    currency: str
    collection_method: CollectionMethod = CollectionMethod.SEND_INVOICE
    days_until_due: int = DEFAULT_DAYS_UNTIL_DUE
    description: str = ""
    # Days are counted from here, where an invoice comes later than the day it is dated by.
    due_from: datetime | None = None


def draw_up(
    payer: Payer,
    items: Sequence[Item],
    terms: Terms,
    *,
    at: datetime,
    discount: Discount | None = None,
    coupon: Coupon | None = None,
    **belongs_to: Any,
) -> Draft:
    """An invoice of these items, as of `at`. Reads and writes nothing.

    The coupon is that of `discount`, if there is one. Raises `InvoiceEmpty`,
    `CurrencyIsFixed`, `AmountTooLarge`, `TaxCodeUnknown`, `TaxRateUnknown`.
    """
    if not items:
        raise InvoiceEmpty
    if payer.customer.currency not in {None, terms.currency}:
        raise CurrencyIsFixed
    coupon = discount.coupon if discount else coupon
    invoice_id = belongs_to.setdefault("id", new_id(Invoice.PREFIX, at))
    reductions = _reductions(items, coupon)
    lines = [
        _line(payer, invoice_id, at, position, item, reductions[position], coupon)
        for position, item in enumerate(items)
    ]
    invoice = Invoice(
        created_at=at,
        issued_at=at,
        due_at=(terms.due_from or at) + timedelta(days=terms.days_until_due),
        merchant=payer.merchant,
        customer=payer.customer,
        currency=terms.currency,
        collection_method=terms.collection_method,
        description=terms.description,
        **_sums(lines),
        **belongs_to,
    )
    # A discount for one invoice is not used up by one that it does not reduce.
    return Draft(invoice, lines, items, payer, discount if any(reductions) else None)


def _sums(lines: Sequence[InvoiceLine]) -> dict[str, int]:
    net, tax = sum(line.net for line in lines), sum(line.tax for line in lines)
    if net + tax > MAX_AMOUNT:
        raise AmountTooLarge
    return {"subtotal": net, "tax": tax, "total": net + tax, "amount_due": net + tax}


def _reductions(items: Sequence[Item], coupon: Coupon | None) -> list[int]:
    """What a coupon takes off each item; what is prorated was reduced when it was computed."""
    if coupon is None:
        return [0] * len(items)
    whole = [position for position, item in enumerate(items) if not item.is_proration]
    off = dict(zip(whole, take_off([items[position] for position in whole], coupon), strict=True))
    return [off.get(position, 0) for position in range(len(items))]


def _line(
    payer: Payer,
    invoice_id: str,
    at: datetime,
    position: int,
    item: Item,
    off: int,
    coupon: Coupon | None,
) -> InvoiceLine:
    taxed = treatment(payer.merchant, payer.customer, payer.tax_ids, item.tax_code, at)
    amounts = _taxed(item.amount - off, taxed.rate, item.tax_behavior)
    line = InvoiceLine.made(
        id=new_id(InvoiceLine.PREFIX, at),
        created_at=at,
        merchant=payer.merchant.id,
        invoice=invoice_id,
        position=position,
        description=item.description,
        price=item.price.id if item.price else None,
        quantity=item.quantity,
        unit_label=item.unit_label,
        unit_amount=item.unit_amount,
        amount=item.amount,
        discount_amount=off,
        discount_name=coupon.name if coupon and off else "",
        is_proration=item.is_proration,
        net=amounts.net,
        tax=amounts.tax,
        gross=amounts.gross,
        tax_rate=int(taxed.rate * 100),
        tax_category=taxed.category,
        tax_behavior=item.tax_behavior,
        period_start=item.period_start,
        period_end=item.period_end,
    )
    if item.price:
        line.__rel__["price"] = item.price
    return line


@lru_cache(maxsize=4096)
def _taxed(amount: int, rate: Decimal, behavior: TaxBehavior) -> TaxedAmount:
    # Most customers of a merchant pay one of a few amounts.
    return tax_line(amount, rate, behavior)
