"""Promotion codes: whether one may be used, and using it."""

from datetime import datetime

from portal.billing import discounts
from portal.billing.coupon_errors import (
    CouponArchived,
    CouponCurrencyDiffers,
    CouponNotForProduct,
    CouponOver,
    CouponUsedUp,
    PromotionCodeBelowMinimum,
    PromotionCodeForFirstTime,
    PromotionCodeNotForProduct,
    PromotionCodeOver,
    PromotionCodeUnknown,
    PromotionCodeUsedBefore,
    PromotionCodeUsedUp,
)
from portal.billing.coupons import Discount, DiscountSource, PromotionCode
from portal.billing.customers import Customer
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.money import Money
from portal.billing.products import Price
from portal.billing.subscriptions import Subscription
from portal.database import write


def check(
    code: PromotionCode, customer: Customer, price: Price, quantity: int, at: datetime
) -> None:
    """Whether this customer may use it at `at`, for `quantity` of that price.

    Raises `PromotionCodeUnknown` (archived, or somebody else's), `PromotionCodeOver`,
    `PromotionCodeUsedUp`, `PromotionCodeNotForProduct`, `PromotionCodeBelowMinimum`,
    `PromotionCodeForFirstTime`, `PromotionCodeUsedBefore`.
    """
    if code.is_archived or code.coupon.is_archived:
        raise PromotionCodeUnknown
    if code.merchant_id != customer.merchant_id or code.customer_id not in {None, customer.id}:
        raise PromotionCodeUnknown
    if code.is_over(at) or code.coupon.is_over(at):
        raise PromotionCodeOver
    if code.is_used_up or code.coupon.is_used_up:
        raise PromotionCodeUsedUp
    if not code.coupon.applies_to(price.product_id):
        raise PromotionCodeNotForProduct
    if code.coupon.currency not in {None, price.currency}:
        raise PromotionCodeNotForProduct
    require_minimum(code, price.amount(quantity))
    if code.is_first_time_only and has_paid(customer):
        raise PromotionCodeForFirstTime
    if has_used(code, customer):
        raise PromotionCodeUsedBefore


def redeem(
    code: PromotionCode,
    customer: Customer,
    subscription: Subscription,
    *,
    at: datetime,
    price: Price | None = None,
    quantity: int | None = None,
) -> Discount:
    """Give the coupon to a subscription; `price` and `quantity` where it is about to change.

    Raises as `check` does, and `SubscriptionEnded`.
    """
    with write():
        subscription.refresh()
        Customer.hold(customer.id)
        item = subscription.item
        code = PromotionCode.find(code.merchant_id, code.code)
        check(code, customer, price or item.price, quantity or item.quantity, at)
        if not code.count_redemption():
            raise PromotionCodeUsedUp
        try:
            return discounts.give(
                code.coupon,
                customer,
                subscription,
                at=at,
                source=DiscountSource.PROMOTION_CODE,
                promotion_code=code,
                price=price,
            )
        except (CouponArchived, CouponOver, CouponUsedUp) as gone:
            raise PromotionCodeUsedUp from gone
        except (CouponCurrencyDiffers, CouponNotForProduct) as other:
            raise PromotionCodeNotForProduct from other


def require_minimum(code: PromotionCode, amount: Money) -> None:
    """`amount` is what the subscription costs a period. Raises `PromotionCodeBelowMinimum`,
    also where the minimum is in another currency."""
    least, currency = code.minimum_amount, code.minimum_amount_currency
    if least is None:
        return
    if currency != amount.currency or amount.amount < least:
        raise PromotionCodeBelowMinimum(amount=least, currency=currency)


def has_used(code: PromotionCode, customer: Customer) -> bool:
    """Once a customer: else a coupon for one invoice would be one for every invoice."""
    theirs = (Discount.promotion_code == code) & (Discount.customer == customer)
    return bool(Discount.select().where(theirs).exists())


def has_paid(customer: Customer) -> bool:
    """Whether an invoice of theirs was ever paid; one about nothing does not count."""
    paid = (Invoice.status == InvoiceStatus.PAID) & (Invoice.total > 0)
    return bool(customer.invoices.where(paid).exists())
