"""What customers are told ahead of time: a trial that ends, a long period that renews, a card
that expires. Each is said once, and written down as an event; the mail follows from it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from peewee import fn

from portal.billing import events
from portal.billing.merchants import Merchant
from portal.billing.payment_methods import PaymentMethod
from portal.billing.subscription_status import S
from portal.billing.subscriptions import Subscription
from portal.database import held, write

CARD_AHEAD = timedelta(days=31)
AT_ONCE = 200


def run(at: datetime, merchant: Merchant | None = None) -> int:
    """Say what is to be said by `at`, the real time; answers how much there was.

    With a merchant, only theirs, and `at` is what their clock shows.
    """
    told = 0
    for each in [merchant] if merchant else Merchant.select():
        moment = at if merchant else each.time(at)
        told += sum(_announce(subscription, moment) for subscription in _to_remind(each, moment))
        told += sum(_warn(method, moment) for method in _expiring(each, moment))
    return told


def _to_remind(merchant: Merchant, at: datetime) -> Iterator[Subscription]:
    due = (Subscription.merchant == merchant) & (Subscription.remind_at <= at)
    while rows := list(Subscription.select().where(due).limit(AT_ONCE)):
        yield from rows


def _announce(subscription: Subscription, at: datetime) -> bool:
    with write():
        subscription.refresh()
        if not subscription.remind_at or subscription.remind_at > at:
            return False  # somebody else was faster, or it changed
        moment = subscription.remind_at
        is_trial = subscription.status == S.TRIALING
        subscription.reminded_index = subscription.period_index
        subscription.save()
        told = "trial_will_end" if is_trial else "renewal_announced"
        subscription.record_event(f"customer.subscription.{told}", moment)
    return True


def _expiring(merchant: Merchant, at: datetime) -> list[PaymentMethod]:
    """Default cards that are good today, and in a month no more, of those who still pay."""
    soon, today = merchant.day(at + CARD_AHEAD), merchant.day(at)
    months = PaymentMethod.exp_year * 12 + PaymentMethod.exp_month
    waiting = (
        (PaymentMethod.merchant == merchant)
        & (PaymentMethod.is_default == True)  # noqa: E712
        & PaymentMethod.expiry_told_at.is_null()
        & (months < soon.year * 12 + soon.month)
        & (months >= today.year * 12 + today.month)
    )
    pays = Subscription.live().where(Subscription.customer == PaymentMethod.customer)
    return list(PaymentMethod.select().where(waiting & fn.EXISTS(pays)).limit(AT_ONCE))


def _warn(method: PaymentMethod, at: datetime) -> bool:
    with write():
        mine = held(PaymentMethod.select().where(PaymentMethod.id == method.id)).get()
        if mine.expiry_told_at or not mine.is_default:
            return False
        mine.expiry_told_at = at
        mine.save()
        events.record(
            "payment_method.expiring",
            mine.merchant_id,
            at=at,
            object_id=mine.id,
            customer_id=mine.customer_id,
            brand=mine.brand,
            last4=mine.last4,
        )
    return True
