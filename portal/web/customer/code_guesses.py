"""Promotion codes as customers type them: looked up, but not guessed one after the other."""

from portal import throttle
from portal.billing.coupon_errors import PromotionCodesTooFrequent, PromotionCodeUnknown
from portal.billing.coupons import PromotionCode
from portal.record import now
from portal.web.customer.scope import me, my_merchant
from portal.web.settings import settings

WRONG_CODES = "10 per hour"


def typed_code(typed: str) -> PromotionCode:
    """The code that was typed, with its coupon; only what is not known is counted.

    Not inside a transaction: a refusal would take the count back. Raises
    `PromotionCodeUnknown`, `PromotionCodesTooFrequent`.
    """
    bucket, limited = ("promotion-code", me().id), settings().rate_limits
    if not throttle.hit(WRONG_CODES, *bucket, at=now(), limited=limited):
        raise PromotionCodesTooFrequent
    code = PromotionCode.find(my_merchant(), typed)
    if code.customer_id not in {None, me().id}:
        raise PromotionCodeUnknown
    if limited:
        throttle.give_back(*bucket)
    return code
