"""Coupons, the codes in front of them, and the discounts that they become."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from peewee import (
    SQL,
    BooleanField,
    Check,
    ForeignKeyField,
    IntegerField,
    ModelSelect,
    TextField,
)

from portal.billing import events
from portal.billing.coupon_errors import (
    PromotionCodeMalformed,
    PromotionCodeUnknown,
)
from portal.billing.customers import Customer
from portal.billing.merchants import Merchant
from portal.billing.money import exponent
from portal.billing.redeemable import CODE, Redeemable, made_up, spelled, unless_taken
from portal.billing.subscriptions import Subscription
from portal.database import write
from portal.record import EnumField, JSONField, MoneyField, Record, UTCDateTimeField

MOST_MONTHS = 120


class CouponDuration(StrEnum):
    """For one invoice, for some months, or for as long as the subscription runs."""

    ONCE = "once"
    REPEATING = "repeating"
    FOREVER = "forever"


class Coupon(Redeemable, Record):
    """A reduction that can be given. `percent_off` in hundredths of a percent, `amount_off`
    in minor units of `currency`; one of the two."""

    PREFIX = "coup"

    merchant = ForeignKeyField(Merchant, backref="coupons", index=False, on_delete="CASCADE")
    name = TextField(constraints=[Check("length(name) BETWEEN 1 AND 40")])
    percent_off = IntegerField(null=True, constraints=[Check("percent_off BETWEEN 1 AND 10000")])
    amount_off = MoneyField(null=True, constraints=[Check("amount_off > 0")])
    currency = TextField(null=True)
    duration = EnumField(CouponDuration, default=CouponDuration.ONCE)
    duration_in_months = IntegerField(
        null=True, constraints=[Check("duration_in_months BETWEEN 1 AND 120")]
    )
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

    @classmethod
    def publish(cls, merchant: Merchant, *, at: datetime, **given: Any) -> Self:
        """A new coupon. What it takes off, and for how long, never changes afterwards.

        Raises `CurrencyUnknown`.
        """
        if given.get("currency"):
            exponent(given["currency"])
        with write():
            coupon = cls.create(merchant=merchant, created_at=at, **given)
            coupon.record_event("coupon.created", at)
        return coupon

    @classmethod
    def givable(cls, merchant: Merchant | str, at: datetime) -> ModelSelect:
        """Not archived, not over at `at` and not used up; newest first."""
        return (
            cls.select()
            .where((cls.merchant == merchant) & cls.archived_at.is_null())
            .where(cls.redeem_by.is_null() | (cls.redeem_by > at))
            .where(cls.max_redemptions.is_null() | (cls.times_redeemed < cls.max_redemptions))
            .order_by(cls.id.desc())
        )

    def is_over(self, at: datetime) -> bool:
        """Nobody can be given it any more; discounts that were given stay."""
        return self.redeem_by is not None and at >= self.redeem_by

    def applies_to(self, product_id: str | None) -> bool:
        """Whether it takes something off that product; without products of its own, off any."""
        return not self.products or product_id in self.products

    def archive(self, *, at: datetime) -> None:
        """Give it no longer, nor its codes. Discounts that were given stay."""
        with write():
            self.archived_at = at
            self.save()
            self.record_event("coupon.archived", at)

    def unarchive(self, *, at: datetime) -> None:
        with write():
            self.archived_at = None
            self.save()
            self.record_event("coupon.unarchived", at)

    def record_event(self, type_: str, at: datetime) -> None:
        events.record(type_, self.merchant_id, at=at, object_id=self.id, name=self.name)


Coupon.add_index(Coupon.merchant, Coupon.id, name="coupon_merchant_newest")


class PromotionCode(Redeemable, Record):
    """A word that customers type, in front of a coupon. Kept in capitals.

    `minimum_amount` in minor units of `minimum_amount_currency`.
    """

    PREFIX = "promo"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    coupon = ForeignKeyField(Coupon, backref="promotion_codes", on_delete="CASCADE")
    code = TextField(constraints=[Check("length(code) BETWEEN 3 AND 40")])
    customer = ForeignKeyField(Customer, null=True, index=False, on_delete="CASCADE")
    expires_at = UTCDateTimeField(null=True)
    max_redemptions = IntegerField(null=True, constraints=[Check("max_redemptions > 0")])
    times_redeemed = IntegerField(default=0)
    is_first_time_only = BooleanField(default=False)
    minimum_amount = MoneyField(null=True, constraints=[Check("minimum_amount > 0")])
    minimum_amount_currency = TextField(null=True)
    archived_at = UTCDateTimeField(null=True)

    class Meta:
        constraints = [
            Check("max_redemptions IS NULL OR times_redeemed <= max_redemptions"),
            Check("(minimum_amount IS NULL) = (minimum_amount_currency IS NULL)"),
        ]

    @classmethod
    def publish(cls, coupon: Coupon, code: str = "", *, at: datetime, **given: Any) -> Self:
        """A further code for a coupon; one is made up where `code` is empty.

        Raises `PromotionCodeMalformed`, `PromotionCodeTaken`.
        """
        word = spelled(code) or made_up()
        if not CODE.fullmatch(word):
            raise PromotionCodeMalformed
        with unless_taken():
            made = cls.create(
                merchant=coupon.merchant_id, coupon=coupon, code=word, created_at=at, **given
            )
            made.record_event("promotion_code.created", at)
        return made

    @classmethod
    def find(cls, merchant: Merchant | str, typed: str) -> Self:
        """The code as somebody typed it, with its coupon. Raises `PromotionCodeUnknown`."""
        found = (
            cls.select(cls, Coupon)
            .join(Coupon)
            .where((cls.merchant == merchant) & (cls.code == spelled(typed)))
            .where(cls.archived_at.is_null())
            .first()
        )
        if found is None:
            raise PromotionCodeUnknown
        return found

    def is_over(self, at: datetime) -> bool:
        return self.expires_at is not None and at >= self.expires_at

    def archive(self, *, at: datetime) -> None:
        """Accept it no longer; the same word may then be used again."""
        with write():
            self.archived_at = at
            self.save()
            self.record_event("promotion_code.archived", at)

    def unarchive(self, *, at: datetime) -> None:
        """Accept it again. Raises `PromotionCodeTaken`."""
        with unless_taken():
            self.archived_at = None
            self.save()
            self.record_event("promotion_code.unarchived", at)

    def record_event(self, type_: str, at: datetime) -> None:
        events.record(type_, self.merchant_id, at=at, object_id=self.id, name=self.code)


PromotionCode.add_index(
    PromotionCode.merchant,
    PromotionCode.code,
    unique=True,
    where=PromotionCode.archived_at.is_null(),
    name="promotion_code_once",
)


class DiscountSource(StrEnum):
    """How a customer came by a discount."""

    MERCHANT = "merchant"
    PROMOTION_CODE = "promotion_code"
    RETENTION_OFFER = "retention_offer"


class Discount(Record):
    """A coupon given to a subscription, or to a customer for all of theirs.

    In force from `starts_at` up to, but without, `ends_at`; or until `ended_at`, when it
    was used (once), replaced or taken away.
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
