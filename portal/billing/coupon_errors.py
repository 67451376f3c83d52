"""Why a coupon, a promotion code or a discount is refused."""

from portal.billing.errors import BillingError


class CouponArchived(BillingError):
    code = "coupon_archived"


class CouponOver(BillingError):
    """Its last day has passed."""

    code = "coupon_over"


class CouponUsedUp(BillingError):
    """It was redeemed as often as it may be."""

    code = "coupon_used_up"


class CouponCurrencyDiffers(BillingError):
    """An amount off in another currency than the customer is billed in."""

    code = "coupon_currency_differs"


class CouponNotForProduct(BillingError):
    """It reduces certain products only, and this is none of them."""

    code = "coupon_not_for_product"


class DiscountOver(BillingError):
    """It was used, replaced or taken away before."""

    code = "discount_over"


class PromotionCodeTaken(BillingError):
    """Another code of this merchant, not archived, says the same."""

    code = "promotion_code_taken"


class PromotionCodeMalformed(BillingError):
    """Not 3 to 40 letters from A to Z, digits, dashes and underscores."""

    code = "promotion_code_malformed"


class PromotionCodeUnknown(BillingError):
    """No such code, or not for this customer: whose it is, is nobody's business."""

    code = "promotion_code_unknown"


class PromotionCodeOver(BillingError):
    """It has expired, or the coupon behind it has."""

    code = "promotion_code_over"


class PromotionCodeUsedUp(BillingError):
    code = "promotion_code_used_up"


class PromotionCodeUsedBefore(BillingError):
    """By this very customer."""

    code = "promotion_code_used_before"


class PromotionCodeForFirstTime(BillingError):
    """Only for customers who have not paid an invoice yet."""

    code = "promotion_code_for_first_time"


class PromotionCodeBelowMinimum(BillingError):
    """Details: `amount` in minor units of `currency`, the least that is to be spent."""

    code = "promotion_code_below_minimum"


class PromotionCodeNotForProduct(BillingError):
    """The coupon behind it is for other products, or for another currency."""

    code = "promotion_code_not_for_product"


class PromotionCodesTooFrequent(BillingError):
    """Too many words were tried that are no code."""

    code = "promotion_codes_too_frequent"
