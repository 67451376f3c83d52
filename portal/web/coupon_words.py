"""What a coupon and a discount read like: "20% off until 21 March 2027"."""

from decimal import Decimal

from flask_babel import gettext, ngettext

from portal import formatting
from portal.billing.coupons import Coupon, CouponDuration, Discount
from portal.web.locale import language
from portal.web.pages import day, money


def off_words(coupon: Coupon) -> str:
    """ "20% off", "€5.00 off"."""
    if coupon.percent_off:
        rate = formatting.percent(Decimal(coupon.percent_off) / 100, language())
        # Translators: a reduction in percent; %(percent)s has its sign already ("20%").
        return gettext("%(percent)s off", percent=rate)
    # Translators: a reduction of an amount of money ("€5.00 off").
    return gettext("%(amount)s off", amount=money(coupon.amount_off, coupon.currency))


def coupon_words(coupon: Coupon) -> str:
    """ "20% off one invoice", "€5.00 off for 3 months"."""
    off = off_words(coupon)
    match coupon.duration:
        case CouponDuration.ONCE:
            # Translators: %(off)s is a reduction such as "20% off".
            return gettext("%(off)s on one invoice", off=off)
        case CouponDuration.REPEATING:
            return ngettext(
                "%(off)s for one month",
                "%(off)s for %(num)s months",
                coupon.duration_in_months,
                off=off,
            )
    return gettext("%(off)s on every invoice", off=off)


def discount_words(discount: Discount) -> str:
    """ "20% off until 21 March 2027", of a discount that is in force."""
    off = off_words(discount.coupon)
    if discount.ends_at:
        return gettext("%(off)s until %(date)s", off=off, date=day(discount.ends_at))
    if discount.coupon.duration == CouponDuration.ONCE:
        return gettext("%(off)s on the next invoice", off=off)
    return gettext("%(off)s on every invoice", off=off)
