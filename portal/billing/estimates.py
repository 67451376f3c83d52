"""What an invoice would say, before anything is saved.

Computed with the same functions that issue the invoice, so that what was shown and what
is billed cannot differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.billing import discounts
from portal.billing.coupon_rules import require_fitting, require_givable
from portal.billing.coupons import Coupon
from portal.billing.customer_tax_ids import tax_ids_of
from portal.billing.customers import Customer
from portal.billing.drafts import DEFAULT_DAYS_UNTIL_DUE, Payer, Terms, draw_up
from portal.billing.items import Item
from portal.billing.money import check_quantity
from portal.billing.products import Price
from portal.billing.subscribing import beginning, end_of_trial
from portal.billing.subscription_status import CollectionMethod
from portal.billing.tax import TaxBehavior
from portal.billing.tax_totals import taxes_by_rate


@dataclass(frozen=True, slots=True)
class EstimatedLine:
    """A line as it would be issued. Minor units; `tax_rate` in hundredths of a percent.

    `discount_amount` is a part of the item's amount, taken off before the tax.
    """

    item: Item
    tax_rate: int
    net: int
    tax: int
    gross: int
    discount_amount: int = 0

    @property
    def includes_tax(self) -> bool:
        return bool(self.tax) and self.item.tax_behavior == TaxBehavior.INCLUSIVE


@dataclass(frozen=True, slots=True)
class Estimate:
    """An invoice that does not exist yet; amounts in minor units of `currency`."""

    currency: str
    issued_at: datetime
    due_at: datetime
    lines: tuple[EstimatedLine, ...]

    @property
    def subtotal(self) -> int:
        return sum(line.net for line in self.lines)

    @property
    def tax(self) -> int:
        return sum(line.tax for line in self.lines)

    @property
    def total(self) -> int:
        return self.subtotal + self.tax

    @property
    def taxes(self) -> list[tuple[int, int, int]]:
        """(rate, net, tax) for each VAT rate, the highest first."""
        return taxes_by_rate(self.lines)


def estimate(
    customer: Customer,
    items: Sequence[Item],
    *,
    currency: str,
    at: datetime,
    days_until_due: int = DEFAULT_DAYS_UNTIL_DUE,
    coupon: Coupon | None = None,
) -> Estimate:
    """What `invoicing.issue` would make of the same. Raises as it does."""
    draft = draw_up(
        Payer(customer.merchant, customer, tax_ids_of(customer), None),
        items,
        Terms(currency, days_until_due=days_until_due),
        at=at,
        coupon=coupon,
    )
    return Estimate(
        currency=currency,
        issued_at=at,
        due_at=draft.invoice.due_at,
        lines=tuple(
            EstimatedLine(item, line.tax_rate, line.net, line.tax, line.gross, line.discount_amount)
            for item, line in zip(draft.items, draft.lines, strict=True)
        ),
    )


def estimate_first_invoice(
    customer: Customer,
    price: Price,
    *,
    at: datetime,
    quantity: int = 1,
    trial_days: int | None = None,
    collection_method: CollectionMethod = CollectionMethod.CHARGE_AUTOMATICALLY,
    days_until_due: int = DEFAULT_DAYS_UNTIL_DUE,
    free_until: datetime | None = None,
    coupon: Coupon | None = None,
) -> Estimate:
    """The first invoice of a subscription that would begin at `at`.

    After a trial it is issued when the trial ends. Without a coupon of its own, it is reduced
    by what the customer has for all subscriptions. Raises as `subscribing.subscribe` does.
    """
    price.require_usable_for_subscription()
    check_quantity(quantity)
    begins = end_of_trial(price, trial_days, at=at, free_until=free_until) or at
    if coupon:
        require_fitting(coupon, customer, None, price)
        require_givable(coupon, at)
    first = beginning(customer, price, begins, None, collection_method)
    period = {
        "period_start": first["current_period_start"],
        "period_end": first["current_period_end"],
    }
    is_sent = collection_method == CollectionMethod.SEND_INVOICE
    return estimate(
        customer,
        [Item.of_price(price, quantity, **period)],
        currency=price.currency,
        at=begins,
        days_until_due=days_until_due if is_sent else 0,
        coupon=coupon or _shared_coupon(customer, begins),
    )


def _shared_coupon(customer: Customer, at: datetime) -> Coupon | None:
    shared = discounts.in_force([], [customer.id], at).of(None, customer.id)
    return shared.coupon if shared else None
