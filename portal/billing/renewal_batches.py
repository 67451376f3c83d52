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
from portal.billing.holding import hold
from portal.billing.invoice_items import InvoiceItem
from portal.billing.merchants import Merchant
from portal.billing.payment_methods import PaymentMethod
from portal.billing.products import Price, Product
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscriptions import Subscription
from portal.database import database, is_postgres

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
        own = reversed(SubscriptionItem.among("subscription", ids))
        items = {row.subscription_id: row for row in own}
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

    def hold_merchants(self) -> None:
        """For a rule that numbers a document before `write_down` does: see `holding`."""
        hold(Merchant, {payer.merchant.id for payer in self.payers.values()})

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
        given = Discount.among("customer", list({each.customer_id for each in subscriptions}))
        coupons = {row.id: row for row in Coupon.among("id", [row.coupon_id for row in given])}
        for discount in given:
            _relate(discount, coupon=coupons[discount.coupon_id])
            if discount.subscription_id:
                found.by_subscription[discount.subscription_id].append(discount)
            else:
                found.by_customer[discount.customer_id].append(discount)
        return found

    def of(self, subscription: Subscription, at: datetime) -> Discount | None:
        """What reduces its invoice of that moment."""
        for given in (
            self.by_subscription.get(subscription.id, ()),
            self.by_customer.get(subscription.customer_id, ()),
        ):
            for discount in given:
                if _is_in_force(discount, at):
                    return discount
        return None

    def use(self, discount: Discount) -> None:
        """An invoice was reduced by it: one for one invoice reduces no other."""
        if discount.coupon.duration == CouponDuration.ONCE:
            owner, mine = self.by_customer, discount.customer_id
            if discount.subscription_id:
                owner, mine = self.by_subscription, discount.subscription_id
            owner[mine].remove(discount)


def _is_in_force(discount: Discount, at: datetime) -> bool:
    ends = [moment for moment in (discount.ends_at, discount.ended_at) if moment]
    if discount.ended_at and discount.coupon.duration == CouponDuration.ONCE:
        return False  # used, also by an invoice of a later date
    return bool(discount.starts_at <= at and all(moment > at for moment in ends))


def _payers(subscriptions: Sequence[Subscription]) -> dict[str, Payer]:
    ids = list({subscription.customer_id for subscription in subscriptions})
    owners = list({subscription.merchant_id for subscription in subscriptions})
    merchants = {row.id: row for row in Merchant.among("id", owners)}
    tax_ids: dict[str, list[TaxId]] = defaultdict(list)
    for tax_id in TaxId.among("customer", ids):
        tax_ids[tax_id.customer_id].append(tax_id)
    default = '"is_default" AND "detached_at" IS NULL'
    methods = {row.customer_id: row for row in PaymentMethod.among("customer", ids, default)}
    payers = {}
    # Customers are held before their merchant's numbers are taken, here and wherever one is billed.
    hold = "FOR NO KEY UPDATE" if is_postgres() else ""
    for customer in Customer.among("id", ids, end=hold):
        merchant = merchants[customer.merchant_id]
        _relate(customer, merchant=merchant)
        method = methods.get(customer.id)
        payers[customer.id] = Payer(merchant, customer, tax_ids.get(customer.id, ()), method)
    return payers


def _join_prices(items: Iterable[SubscriptionItem]) -> None:
    prices = {row.id: row for row in Price.among("id", list({item.price_id for item in items}))}
    wanted = list({price.product_id for price in prices.values()})
    products = {row.id: row for row in Product.among("id", wanted)}
    for price in prices.values():
        _relate(price, product=products[price.product_id])
    for item in items:
        _relate(item, price=prices[item.price_id])


def _changes(ids: list[str]) -> Iterable[ScheduledChange]:
    is_waiting = '"applied_at" IS NULL AND "withdrawn_at" IS NULL'
    return ScheduledChange.among("subscription", ids, is_waiting)


def _waiting(ids: list[str]) -> dict[str, list[InvoiceItem]]:
    rows: dict[str, list[InvoiceItem]] = defaultdict(list)
    for row in InvoiceItem.among("subscription", ids, '"billed_at" IS NULL'):
        rows[row.subscription_id].append(row)
    return rows


def _billed(subscriptions: Sequence[Subscription]) -> set[tuple[str, int]]:
    """Periods to come that have their invoice already, as after a restored backup."""
    if not subscriptions:
        return set()
    ids = [subscription.id for subscription in subscriptions]
    first = min(subscription.period_index for subscription in subscriptions)
    marks = ", ".join([database.param] * len(ids))
    rows = database.execute_sql(
        f'SELECT "subscription_id", "period_index" FROM "invoice" '  # noqa: S608 - no values in it
        f'WHERE "subscription_id" IN ({marks}) AND "period_index" > {database.param} '
        f'AND "billing_reason" = {database.param}',
        [*ids, first, OF_A_PERIOD],
    )
    return {(subscription, index) for subscription, index in rows.fetchall()}


def _relate(record: Any, **owners: Any) -> None:
    """Tell a record what it belongs to, without marking it as changed."""
    record.__rel__.update(owners)
