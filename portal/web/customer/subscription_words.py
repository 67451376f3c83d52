"""How a subscription stands, in words a customer understands."""

from datetime import datetime

from flask_babel import gettext as _

from portal.billing.customer_subscriptions import SubscriptionRow
from portal.billing.next_actions import next_action
from portal.billing.subscription_status import SubscriptionStatus as S
from portal.billing.subscriptions import Subscription
from portal.web.pages import day, moment


def in_short(subscription: Subscription | SubscriptionRow) -> str:
    """One line for a list."""
    match subscription.status:
        case S.CANCELED:
            return _("Ended on %(date)s", date=day(_end(subscription)))
        case S.INCOMPLETE_EXPIRED:
            return _("Never began: the first payment did not arrive")
        case S.INCOMPLETE:
            return _("Waiting for the first payment")
        case S.UNPAID:
            return _("Payments are missing")
        case S.PAUSED if subscription.resumes_at and not subscription.cancel_at:
            return _("Resumes on %(date)s", date=day(subscription.resumes_at))
    if subscription.is_ending:
        return _("Ends on %(date)s", date=day(subscription.ends_at))
    match subscription.status:
        case S.PAUSED:
            return _("Paused: nothing is billed")
        case S.PAST_DUE:
            return _("A payment is late")
        case S.TRIALING:
            return _("Free trial until %(date)s", date=day(subscription.trial_end))
    return _("Renews on %(date)s", date=day(subscription.current_period_end))


def in_full(subscription: Subscription) -> str:
    """What it means and what happens next."""
    match subscription.status:
        case S.CANCELED:
            return _("This subscription ended on %(date)s.", date=day(_end(subscription)))
        case S.INCOMPLETE_EXPIRED:
            return _("This subscription never began: its first invoice was not paid in time.")
        case S.INCOMPLETE:
            return _incomplete(subscription)
        case S.PAUSED:
            return _paused(subscription)
        case S.UNPAID:
            return _(
                "Payments are missing. Nothing new is billed until the open invoices are paid."
            )
    return _running(subscription)


def _incomplete(subscription: Subscription) -> str:
    expires_at = next_action(subscription)
    if expires_at is None:
        return _("Your subscription starts as soon as its first invoice is paid.")
    return _(
        "Your subscription starts as soon as its first invoice is paid. "
        "If it is not paid by %(moment)s, the subscription lapses.",
        moment=moment(expires_at),
    )


def _paused(subscription: Subscription) -> str:
    if subscription.cancel_at or (subscription.is_ending and not subscription.resumes_at):
        return _(
            "Your subscription is paused and ends on %(date)s. Nothing more is billed.",
            date=day(subscription.ends_at),
        )
    if subscription.is_ending:
        return _(
            "Your subscription is paused until %(date)s. What you had paid for follows after "
            "the pause; then it ends, and nothing more is billed.",
            date=day(subscription.resumes_at),
        )
    if subscription.resumes_at is None:
        return _("Your subscription is paused. Nothing is billed meanwhile.")
    return _(
        "Your subscription is paused until %(date)s. Nothing is billed meanwhile; "
        "what you had paid for follows after the pause.",
        date=day(subscription.resumes_at),
    )


def _running(subscription: Subscription) -> str:
    end = day(subscription.current_period_end)
    if subscription.is_ending:
        return _(
            "You cancelled this subscription. You keep access until %(date)s; "
            "after that nothing more is billed.",
            date=day(subscription.ends_at),
        )
    if subscription.status == S.PAST_DUE:
        return _("A payment for this subscription is late.")
    if subscription.status == S.TRIALING:
        return _("Your free trial runs until %(date)s. Billing starts after that.", date=end)
    return _("Your subscription renews on %(date)s.", date=end)


def _end(subscription: Subscription | SubscriptionRow) -> datetime:
    return subscription.ended_at or subscription.current_period_end
