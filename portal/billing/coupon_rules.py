"""Whether a coupon may be given at all, and there, and until when it then counts."""

from datetime import datetime

from portal.billing.coupon_errors import (
    CouponArchived,
    CouponCurrencyDiffers,
    CouponNotForProduct,
    CouponOver,
    CouponUsedUp,
)
from portal.billing.coupons import Coupon, CouponDuration
from portal.billing.customers import Customer
from portal.billing.errors import SubscriptionEnded
from portal.billing.periods import Interval, boundary
from portal.billing.products import Price
from portal.billing.subscriptions import Subscription


def require_givable(coupon: Coupon, at: datetime) -> None:
    """Raises `CouponArchived`, `CouponOver`, `CouponUsedUp`."""
    if coupon.is_archived:
        raise CouponArchived
    if coupon.is_over(at):
        raise CouponOver
    if coupon.is_used_up:
        raise CouponUsedUp


def require_fitting(
    coupon: Coupon,
    customer: Customer,
    subscription: Subscription | None,
    price: Price | None = None,
) -> None:
    """Whether it can ever reduce something there. `price` instead of what is subscribed to.

    Raises `SubscriptionEnded`, `CouponCurrencyDiffers`, `CouponNotForProduct`.
    """
    if subscription and not subscription.is_live:
        raise SubscriptionEnded
    currency = subscription.currency if subscription else customer.currency
    if coupon.currency and currency and coupon.currency != currency:
        raise CouponCurrencyDiffers
    price = price or (subscription.item.price if subscription else None)
    if price and not coupon.applies_to(price.product_id):
        raise CouponNotForProduct


def ends_at(coupon: Coupon, starts_at: datetime) -> datetime | None:
    """The end of a repeating coupon: calendar months later where the merchant is."""
    if coupon.duration != CouponDuration.REPEATING:
        return None
    zone = coupon.merchant.time_zone
    return boundary(starts_at, Interval.MONTH, 1, coupon.duration_in_months, zone)
