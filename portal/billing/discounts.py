"""Discounts: what a coupon takes off an invoice, who has one, and since when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Protocol

from peewee import JOIN, Expression

from portal.billing import events
from portal.billing.coupon_errors import CouponUsedUp, DiscountOver
from portal.billing.coupon_rules import ends_at, require_fitting, require_givable
from portal.billing.coupons import (
    Coupon,
    CouponDuration,
    Discount,
    DiscountSource,
    PromotionCode,
)
from portal.billing.customers import Customer
from portal.billing.money import allocate, half_up
from portal.billing.products import Price
from portal.billing.subscriptions import Subscription
from portal.database import write

WHOLE = 10_000


class Reducible(Protocol):
    """What of an `invoicing.Item` counts here. `amount` in minor units."""

    @property
    def amount(self) -> int: ...

    @property
    def price(self) -> Price | None: ...


def take_off(items: Sequence[Reducible], coupon: Coupon) -> list[int]:
    """Minor units that the coupon takes off each item, in the item's own tax behaviour.

    A percentage of each line, half up; an amount is spread over the lines by largest
    remainder, and never more than they come to. Credits (negative lines), other products
    and other currencies are left alone.
    """
    amounts = [item.amount if _is_reduced(item, coupon) else 0 for item in items]
    if coupon.percent_off:
        return [half_up(Fraction(amount * coupon.percent_off, WHOLE)) for amount in amounts]
    whole = sum(amounts)
    return allocate(min(coupon.amount_off, whole), amounts) if whole else amounts


def _is_reduced(item: Reducible, coupon: Coupon) -> bool:
    price = item.price
    if item.amount <= 0 or not coupon.applies_to(price and price.product_id):
        return False
    return price is None or coupon.currency in {None, price.currency}


@dataclass(slots=True)
class Discounts:
    """The discounts in force at a moment, of those who were asked for."""

    by_subscription: dict[str, Discount] = field(default_factory=dict)
    by_customer: dict[str, Discount] = field(default_factory=dict)
    _carried_by: dict[str, str] = field(default_factory=dict)

    def of(self, subscription_id: str | None, customer_id: str) -> Discount | None:
        """The subscription's own before the customer's.

        A customer's discount for one invoice is answered for one subscription only, the
        first asked for, so that a batch does not give it to several.
        """
        if own := self.by_subscription.get(subscription_id or ""):
            return own
        shared = self.by_customer.get(customer_id)
        if shared is None or shared.coupon.duration != CouponDuration.ONCE:
            return shared
        carrier = self._carried_by.setdefault(shared.id, subscription_id or "")
        return shared if carrier == (subscription_id or "") else None


def in_force(
    subscription_ids: Iterable[str], customer_ids: Iterable[str], at: datetime
) -> Discounts:
    """Their discounts at `at`, with the coupons, in one query."""
    subscriptions, customers = list(subscription_ids), list(customer_ids)
    theirs = Discount.subscription.in_(subscriptions) | (
        Discount.customer.in_(customers) & Discount.subscription.is_null()
    )
    found = Discounts()
    for discount in Discount.select(Discount, Coupon).join(Coupon).where(theirs & is_in_force(at)):
        if discount.subscription_id:
            found.by_subscription[discount.subscription_id] = discount
        else:
            found.by_customer[discount.customer_id] = discount
    return found


def is_in_force(at: datetime) -> Expression:
    """Half-open: from `starts_at` up to, but without, the end."""
    return (
        (Discount.starts_at <= at)
        & (Discount.ends_at.is_null() | (Discount.ends_at > at))
        & (Discount.ended_at.is_null() | (Discount.ended_at > at))
    )


def of(subscription: Subscription, at: datetime) -> Discount | None:
    """The one that counts for a subscription at `at`."""
    customer_id = subscription.customer_id
    return in_force([subscription.id], [customer_id], at).of(subscription.id, customer_id)


def of_customer(customer: Customer, at: datetime) -> list[Discount]:
    """All in force for a customer and their subscriptions, the newest first."""
    return _listed(Discount.customer == customer, at)


def of_subscription(subscription: Subscription, at: datetime) -> list[Discount]:
    """The subscription's own in force, and its customer's, which counts where there is none."""
    shared = (Discount.customer == subscription.customer_id) & Discount.subscription.is_null()
    return _listed((Discount.subscription == subscription) | shared, at)


def _listed(theirs: Expression, at: datetime) -> list[Discount]:
    return list(
        Discount.select(Discount, Coupon, PromotionCode)
        .join(Coupon)
        .switch(Discount)
        .join(PromotionCode, JOIN.LEFT_OUTER)
        .where(theirs & is_in_force(at))
        .order_by(Discount.id.desc())
    )


def used(discounts: Iterable[Discount], at: datetime) -> None:
    """Those for one invoice end with it. In the transaction of the issue.

    Raises `DiscountOver` where another invoice has carried one meanwhile.
    """
    once = {each.id for each in discounts if each.coupon.duration == CouponDuration.ONCE}
    if not once:
        return
    open_ones = Discount.id.in_(sorted(once)) & is_in_force(at)
    if Discount.update(ended_at=at).where(open_ones).execute() != len(once):
        raise DiscountOver


def give(
    coupon: Coupon,
    customer: Customer,
    subscription: Subscription | None = None,
    *,
    at: datetime,
    source: DiscountSource = DiscountSource.MERCHANT,
    promotion_code: PromotionCode | None = None,
    price: Price | None = None,
) -> Discount:
    """Give a coupon; an earlier discount in the same place ends.

    `price` where the subscription is about to change to it.
    Raises `SubscriptionEnded`, `CouponArchived`, `CouponOver`, `CouponUsedUp`,
    `CouponCurrencyDiffers`, `CouponNotForProduct`.
    """
    with write():
        if subscription:
            subscription.refresh()
        Customer.hold(customer.id)
        require_fitting(coupon, customer, subscription, price)
        require_givable(coupon, at)
        if not coupon.count_redemption():
            require_givable(coupon.reload(), at)
            raise CouponUsedUp
        for earlier in _in_place(customer, subscription):
            _end(earlier, at)
        discount = Discount.create(
            merchant=customer.merchant_id,
            customer=customer,
            subscription=subscription,
            coupon=coupon,
            promotion_code=promotion_code,
            source=source,
            created_at=at,
            starts_at=at,
            ends_at=ends_at(coupon, at),
        )
        _record("customer.discount.created", discount, at)
    return discount


def take_away(discount: Discount, *, at: datetime) -> None:
    """End it before its time. Raises `DiscountOver`."""
    with write():
        discount.refresh()
        if is_over(discount, at):
            raise DiscountOver
        _end(discount, at)


def is_over(discount: Discount, at: datetime) -> bool:
    """Whether it ended, in whatever way, by `at`."""
    return any(end and end <= at for end in (discount.ended_at, discount.ends_at))


def _in_place(customer: Customer, subscription: Subscription | None) -> Iterable[Discount]:
    same = (
        Discount.subscription == subscription
        if subscription
        else (Discount.customer == customer) & Discount.subscription.is_null()
    )
    return list(Discount.select().where(same & Discount.ended_at.is_null()))


def _end(discount: Discount, at: datetime) -> None:
    is_over = discount.ends_at is not None and discount.ends_at <= at
    discount.ended_at = discount.ends_at if is_over else at
    discount.save()
    if not is_over:
        _record("customer.discount.deleted", discount, at)


def _record(type_: str, discount: Discount, at: datetime) -> None:
    events.record(
        type_,
        discount.merchant_id,
        at=at,
        object_id=discount.id,
        customer_id=discount.customer_id,
        subscription=discount.subscription_id or "",
        name=discount.coupon.name,
        source=discount.source,
    )
