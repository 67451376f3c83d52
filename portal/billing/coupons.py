"""Coupons, the codes in front of them, and the discounts that they become."""

from enum import StrEnum

from peewee import SQL, BooleanField, Check, ForeignKeyField, IntegerField, TextField

from portal.billing.customers import Customer
from portal.billing.merchants import Merchant
from portal.billing.subscriptions import Subscription
from portal.record import EnumField, JSONField, MoneyField, Record, UTCDateTimeField


class CouponDuration(StrEnum):
    """For one invoice, for some months, or for as long as the subscription runs."""

    ONCE = "once"
    REPEATING = "repeating"
    FOREVER = "forever"


class Coupon(Record):
    """A reduction that can be given. `percent_off` in hundredths of a percent, `amount_off`
    in minor units of `currency`; one of the two."""

    PREFIX = "coup"

    merchant = ForeignKeyField(Merchant, backref="coupons", index=False, on_delete="CASCADE")
    name = TextField(constraints=[Check("length(name) BETWEEN 1 AND 40")])
    percent_off = IntegerField(null=True, constraints=[Check("percent_off BETWEEN 1 AND 10000")])
    amount_off = MoneyField(null=True, constraints=[Check("amount_off > 0")])
    currency = TextField(null=True)
    duration = EnumField(CouponDuration, default=CouponDuration.ONCE)
    duration_in_months = IntegerField(null=True)
    redeem_by = UTCDateTimeField(null=True)
    max_redemptions = IntegerField(null=True, constraints=[Check("max_redemptions > 0")])
    times_redeemed = IntegerField(default=0)
    # Ids of the products that it reduces; all of them if empty.
    products = JSONField(default=list)
    archived_at = UTCDateTimeField(null=True)

    class Meta:
        constraints = [
            Check("(percent_off IS NULL) <> (amount_off IS NULL)"),
            Check("(amount_off IS NULL) = (currency IS NULL)"),
            Check("(duration = 'repeating') = (duration_in_months IS NOT NULL)"),
            Check("max_redemptions IS NULL OR times_redeemed <= max_redemptions"),
        ]


Coupon.add_index(Coupon.merchant, Coupon.id, name="coupon_merchant_newest")


class PromotionCode(Record):
    """A word that customers type, in front of a coupon. Kept in capitals."""

    PREFIX = "promo"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    coupon = ForeignKeyField(Coupon, backref="promotion_codes", on_delete="CASCADE")
    code = TextField(constraints=[Check("length(code) BETWEEN 3 AND 40")])
    customer = ForeignKeyField(Customer, null=True, index=False, on_delete="CASCADE")
    expires_at = UTCDateTimeField(null=True)
    max_redemptions = IntegerField(null=True, constraints=[Check("max_redemptions > 0")])
    times_redeemed = IntegerField(default=0)
    is_first_time_only = BooleanField(default=False)
    minimum_amount = MoneyField(null=True)
    archived_at = UTCDateTimeField(null=True)

    class Meta:
        constraints = [Check("max_redemptions IS NULL OR times_redeemed <= max_redemptions")]


PromotionCode.add_index(
    PromotionCode.merchant,
    PromotionCode.code,
    unique=True,
    where=PromotionCode.archived_at.is_null(),
    name="promotion_code_once",
)


class DiscountSource(StrEnum):
    MERCHANT = "merchant"
    PROMOTION_CODE = "promotion_code"
    RETENTION_OFFER = "retention_offer"


class Discount(Record):
    """A coupon given to a subscription, or to a customer for all of theirs.

    Until `ends_at`, or for one invoice only, after which `ended_at` is set.
    """

    PREFIX = "di"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, backref="discounts", on_delete="CASCADE")
    subscription = ForeignKeyField(
        Subscription, null=True, backref="discounts", index=False, on_delete="CASCADE"
    )
    coupon = ForeignKeyField(Coupon, backref="discounts", on_delete="RESTRICT")
    promotion_code = ForeignKeyField(PromotionCode, null=True, on_delete="SET NULL")
    source = EnumField(DiscountSource, default=DiscountSource.MERCHANT)
    starts_at = UTCDateTimeField()
    ends_at = UTCDateTimeField(null=True)
    ended_at = UTCDateTimeField(null=True)


Discount.add_index(
    Discount.subscription,
    unique=True,
    where=SQL("subscription_id IS NOT NULL AND ended_at IS NULL"),
    name="discount_one_a_subscription",
)
Discount.add_index(
    Discount.customer,
    unique=True,
    where=SQL("subscription_id IS NULL AND ended_at IS NULL"),
    name="discount_one_a_customer",
)
