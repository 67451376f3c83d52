"""What must be known to renew subscriptions, read for many of them at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.billing.coupons import Coupon, CouponDuration, Discount
from portal.billing.customer_tax_ids import TaxId
from portal.billing.customers import Customer
from portal.billing.drafts import Payer
from portal.billing.invoice_items import InvoiceItem
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.payment_methods import PaymentMethod
from portal.billing.products import Price, Product
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscriptions import Subscription

OF_A_PERIOD = "subscription_cycle"


@dataclass(slots=True)
class Batch:
    """Subscriptions that are held, and all that their invoices are made of, by their ids."""

    payers: dict[str, Payer]
    items: dict[str, SubscriptionItem]
    changes: dict[str, ScheduledChange]
    waiting: dict[str, list[InvoiceItem]]
    billed: set[tuple[str, int]]
    discounts: "Given"

    @classmethod
    def of(cls, subscriptions: Sequence[Subscription]) -> "Batch":
        """About ten queries, whatever the number. The subscriptions know their owners after."""
        ids = [subscription.id for subscription in subscriptions]
        payers = _payers(subscriptions)
        for subscription in subscriptions:
            payer = payers[subscription.customer_id]
            _relate(subscription, merchant=payer.merchant, customer=payer.customer)
        mine = SubscriptionItem.subscription.in_(ids)
        own = SubscriptionItem.select().where(mine).order_by(SubscriptionItem.id.desc())
        items = {row.subscription_id: row for row in SubscriptionItem.read(own)}
        _join_prices(items.values())
        for subscription in subscriptions:
            if item := items.get(subscription.id):
                _relate(item, merchant=subscription.merchant, subscription=subscription)
        return cls(
            payers,
            items,
            {row.subscription_id: row for row in _changes(ids)},
            _waiting(ids),
            _billed(subscriptions),
            Given.to(subscriptions),
        )

    def payer_of(self, subscription: Subscription) -> Payer:
        return self.payers[subscription.customer_id]

    def change_plan(self, subscription: Subscription) -> None:
        """Its price or quantity is another one now."""
        item = SubscriptionItem.get(SubscriptionItem.subscription == subscription)
        _relate(item, merchant=subscription.merchant, subscription=subscription)
        self.items[subscription.id] = item
        self.waiting.update(_waiting([subscription.id]))
        del self.changes[subscription.id]


@dataclass(slots=True)
class Given:
    """Discounts of a batch, as they were at any moment; the subscription's own goes first."""

    by_subscription: dict[str, list[Discount]]
    by_customer: dict[str, list[Discount]]

    @classmethod
    def to(cls, subscriptions: Sequence[Subscription]) -> "Given":
        found = cls(defaultdict(list), defaultdict(list))
        if not subscriptions:
            return found
        since = min(subscription.current_period_end for subscription in subscriptions)
        own = Discount.subscription.in_([each.id for each in subscriptions])
        shared = Discount.customer.in_(list({each.customer_id for each in subscriptions}))
        query = (
            Discount.select(Discount, Coupon)
            .join(Coupon)
            .where(own | (shared & Discount.subscription.is_null()))
            .where(Discount.ended_at.is_null() | (Discount.ended_at > since))
        )
        for discount in query:
            if discount.subscription_id:
                found.by_subscription[discount.subscription_id].append(discount)
            else:
                found.by_customer[discount.customer_id].append(discount)
        return found

    def take(self, subscription: Subscription, at: datetime) -> Discount | None:
        """What reduces its invoice of that moment; a discount for one invoice is taken once."""
        for given in (
            self.by_subscription.get(subscription.id, ()),
            self.by_customer.get(subscription.customer_id, ()),
        ):
            for discount in given:
                if _is_in_force(discount, at):
                    if discount.coupon.duration == CouponDuration.ONCE:
                        given.remove(discount)  # type: ignore[union-attr]
                    return discount
        return None


def _is_in_force(discount: Discount, at: datetime) -> bool:
    ends = [moment for moment in (discount.ends_at, discount.ended_at) if moment]
    return bool(discount.starts_at <= at and all(moment > at for moment in ends))


def _payers(subscriptions: Sequence[Subscription]) -> dict[str, Payer]:
    ids = list({subscription.customer_id for subscription in subscriptions})
    owners = list({subscription.merchant_id for subscription in subscriptions})
    merchants = {row.id: row for row in Merchant.select().where(Merchant.id.in_(owners))}
    tax_ids: dict[str, list[TaxId]] = defaultdict(list)
    for tax_id in TaxId.select().where(TaxId.customer.in_(ids)).order_by(TaxId.id):
        tax_ids[tax_id.customer_id].append(tax_id)
    default = PaymentMethod.customer.in_(ids) & PaymentMethod.is_default
    methods = {
        row.customer_id: row
        for row in PaymentMethod.read(
            PaymentMethod.select().where(default & PaymentMethod.detached_at.is_null())
        )
    }
    payers = {}
    for customer in Customer.read(Customer.select().where(Customer.id.in_(ids))):
        merchant = merchants[customer.merchant_id]
        _relate(customer, merchant=merchant)
        method = methods.get(customer.id)
        payers[customer.id] = Payer(merchant, customer, tax_ids.get(customer.id, ()), method)
    return payers


def _join_prices(items: Iterable[SubscriptionItem]) -> None:
    ids = list({item.price_id for item in items})
    prices = {row.id: row for row in Price.select().where(Price.id.in_(ids))}
    wanted = list({price.product_id for price in prices.values()})
    products = {row.id: row for row in Product.select().where(Product.id.in_(wanted))}
    for price in prices.values():
        _relate(price, product=products[price.product_id])
    for item in items:
        _relate(item, price=prices[item.price_id])


def _changes(ids: list[str]) -> Iterable[ScheduledChange]:
    change = ScheduledChange
    is_waiting = change.applied_at.is_null() & change.withdrawn_at.is_null()
    return change.select().where(change.subscription.in_(ids) & is_waiting)


def _waiting(ids: list[str]) -> dict[str, list[InvoiceItem]]:
    rows: dict[str, list[InvoiceItem]] = defaultdict(list)
    mine = InvoiceItem.subscription.in_(ids) & InvoiceItem.billed_at.is_null()
    for row in InvoiceItem.select().where(mine).order_by(InvoiceItem.id):
        rows[row.subscription_id].append(row)
    return rows


def _billed(subscriptions: Sequence[Subscription]) -> set[tuple[str, int]]:
    """Periods to come that have their invoice already, as after a restored backup."""
    if not subscriptions:
        return set()
    first = min(subscription.period_index for subscription in subscriptions)
    theirs = Invoice.subscription.in_([subscription.id for subscription in subscriptions])
    query = Invoice.select(Invoice.subscription, Invoice.period_index).where(
        theirs & (Invoice.period_index > first) & (Invoice.billing_reason == OF_A_PERIOD)
    )
    return set(query.tuples())


def _relate(record: Any, **owners: Any) -> None:
    """Tell a record what it belongs to, without marking it as changed."""
    record.__rel__.update(owners)
