"""What comes next for a subscription, in a few words for the merchant's lists."""

from flask_babel import gettext as _

from portal.billing.subscription_status import SubscriptionStatus as S
from portal.billing.subscriptions import Subscription
from portal.web.pages import day, short_day


def next_date(subscription: Subscription, *, is_short: bool = False) -> str:
    """ "Renews on 21 November 2026"; `is_short` for tables."""
    date = short_day if is_short else day
    if subscription.ended_at:
        return _("Ended on %(date)s", date=date(subscription.ended_at))
    if subscription.ends_at:
        return _("Ends on %(date)s", date=date(subscription.ends_at))
    match subscription.status:
        case S.TRIALING:
            return _("Trial until %(date)s", date=date(subscription.trial_end))
        case S.PAUSED if subscription.resumes_at:
            return _("Resumes on %(date)s", date=date(subscription.resumes_at))
        case S.PAUSED:
            return _("Paused until it is resumed")
        case S.INCOMPLETE:
            return _("Waiting for the first payment")
        case S.UNPAID:
            return _("Payments are missing")
    return _("Renews on %(date)s", date=date(subscription.current_period_end))
