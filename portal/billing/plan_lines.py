"""The lines of a change within a period: what is given back, and what the rest costs.

What is given back is a part of what was really billed for the time that runs, after its
discount and after what a credit note took back: the line of the period's invoice or, where
the plan changed in this period before, what was charged for the rest then. Where an invoice
was corrected, the one that took its place counts. A pause moves a period and leaves its
length as it is, so lengths count here, not dates.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from peewee import JOIN, fn

from portal.billing.coupons import Coupon, CouponDuration
from portal.billing.credit_notes import CreditNoteLine
from portal.billing.discounts import take_off
from portal.billing.invoice_items import InvoiceItem
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.items import Item
from portal.billing.periods import Period
from portal.billing.products import Price
from portal.billing.proration import split
from portal.billing.subscriptions import Subscription
from portal.billing.tax import TaxBehavior


class Billed(NamedTuple):
    """What was charged for the time that runs: an amount for a length of time."""

    item: Item
    length: timedelta

    def period(self, subscription: Subscription) -> Period:
        end = subscription.current_period_end
        return Period(end - self.length, end)


def billed_of(subscription: Subscription) -> Billed | None:
    """What was billed for the time that runs; None where nothing was, as in a trial."""
    return _of_change(subscription) or _of_period(subscription)


def unused(subscription: Subscription, at: datetime) -> Item | None:
    """What is given back for the rest of the period, as a negative line."""
    billed = billed_of(subscription)
    if billed is None:
        return None
    amount = split(billed.item.amount, billed.period(subscription), at).unused
    if not amount:
        return None
    return billed.item._replace(
        waited=None,
        amount=-amount,
        unit_amount=None,
        period_start=at,
        period_end=subscription.current_period_end,
        is_proration=True,
    )


def rest(
    subscription: Subscription, price: Price, quantity: int, coupon: Coupon | None, at: datetime
) -> Item:
    """What the new price costs for the rest of the period, its discount taken off.

    A discount for one invoice is that of a whole period, before or after this one.
    """
    whole = Item.of_price(price, quantity)
    if coupon and coupon.duration == CouponDuration.ONCE:
        coupon = None
    reduced = whole.amount - (take_off([whole], coupon)[0] if coupon else 0)
    return whole._replace(
        amount=split(reduced, subscription.period, at).unused,
        unit_amount=None,
        period_start=at,
        period_end=subscription.current_period_end,
        is_proration=True,
    )


def waiting_items(subscription: Subscription) -> list[InvoiceItem]:
    """What the next invoice will carry besides the period."""
    mine = (InvoiceItem.subscription == subscription) & InvoiceItem.billed_at.is_null()
    return list(InvoiceItem.select().where(mine).order_by(InvoiceItem.id))


def let_wait(
    subscription: Subscription, items: Iterable[Item], *, at: datetime
) -> list[InvoiceItem]:
    """Write down what is to be billed; what comes to nothing is kept, and never billed."""
    return [
        InvoiceItem.create(
            merchant=subscription.merchant_id,
            customer=subscription.customer_id,
            subscription=subscription,
            period_index=subscription.period_index,
            currency=subscription.currency,
            created_at=at,
            billed_at=None if item.amount else at,
            description=item.description,
            quantity=item.quantity,
            unit_amount=item.unit_amount,
            amount=item.amount,
            tax_behavior=item.tax_behavior,
            tax_code=item.tax_code,
            unit_label=item.unit_label,
            price=item.price,
            period_start=item.period_start,
            period_end=item.period_end,
            is_proration=item.is_proration,
        )
        for item in items
    ]


def _of_change(subscription: Subscription) -> Billed | None:
    """The newest charge for the rest of this period, billed or still to be."""
    rows = list(
        InvoiceItem.select()
        .join(Invoice, JOIN.LEFT_OUTER)
        .where(
            (InvoiceItem.subscription == subscription)
            & (InvoiceItem.period_index == subscription.period_index)
            & InvoiceItem.is_proration
            & (InvoiceItem.amount >= 0)
            & (Invoice.status.is_null() | (Invoice.status != InvoiceStatus.VOID))
        )
        .order_by(InvoiceItem.id.desc())
    )
    lines = {row.id: _line_of(row) for row in rows}
    rows = [row for row in rows if not _is_void(lines[row.id])]
    if not rows:
        return None
    # Of several changes at one moment, the plan that is in force tells the last one.
    item, newest = subscription.item, max(row.created_at for row in rows)
    row = max(
        (row for row in rows if row.created_at == newest),
        key=lambda row: (row.price_id, row.quantity) == (item.price_id, item.quantity),
    )
    line = lines[row.id]
    credited = _credited(line) if line else 0
    charged = Item.waiting(row)._replace(amount=max(row.amount - credited, 0))
    return Billed(charged, row.period_end - row.period_start)


def _line_of(row: InvoiceItem) -> InvoiceLine | None:
    """The line that carries it, if one does yet."""
    line = InvoiceLine.get_or_none(
        (InvoiceLine.invoice == row.invoice_id)
        & InvoiceLine.is_proration
        & (InvoiceLine.price == row.price_id)
        & (InvoiceLine.amount == row.amount)
        & (InvoiceLine.period_start == row.period_start)
    )
    return _standing(line) if line else None


def _of_period(subscription: Subscription) -> Billed | None:
    line = (
        InvoiceLine.select(InvoiceLine)
        .join(Invoice)
        .where(
            (Invoice.subscription == subscription)
            & (Invoice.period_index == subscription.period_index)
            & Invoice.status.not_in([InvoiceStatus.DRAFT, InvoiceStatus.VOID])
            & ~InvoiceLine.is_proration
            & InvoiceLine.price.is_null(False)
            & InvoiceLine.period_start.is_null(False)
        )
        .order_by(Invoice.id, InvoiceLine.position)
        .first()
    )
    line = _standing(line) if line else None
    if line is None or _is_void(line):
        return None
    item = Item.of_price(line.price, line.quantity)._replace(
        description=line.description,
        tax_behavior=line.tax_behavior,
        amount=max(line.amount - line.discount_amount - _credited(line), 0),
    )
    return Billed(item, subscription.current_period_end - subscription.current_period_start)


def _standing(line: InvoiceLine) -> InvoiceLine:
    """The same line of the invoice that took the place of a corrected one, if that was."""
    again = (Invoice.corrects == line.invoice_id) & (InvoiceLine.position == line.position)
    corrected = InvoiceLine.select(InvoiceLine).join(Invoice).where(again).first()
    return _standing(corrected) if corrected else line


def _is_void(line: InvoiceLine | None) -> bool:
    return line is not None and line.invoice.status == InvoiceStatus.VOID


def _credited(line: InvoiceLine) -> int:
    """What credit notes took back of a line, in its own tax behaviour."""
    is_inclusive = line.tax_behavior == TaxBehavior.INCLUSIVE
    amount = CreditNoteLine.gross if is_inclusive else CreditNoteLine.net
    of_line = CreditNoteLine.invoice_line == line
    return int(CreditNoteLine.select(fn.COALESCE(fn.SUM(amount), 0)).where(of_line).scalar())
