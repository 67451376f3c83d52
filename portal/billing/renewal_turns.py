"""What can come due for a subscription other than its next period, and the safety bound."""

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.billing.drafts import Payer
from portal.billing.errors import PaymentPending
from portal.billing.next_actions import next_action
from portal.billing.subscription_status import CollectionMethod, S, TrialEndAction
from portal.billing.subscriptions import Subscription
from portal.database import write

# Answers False where nothing could be done yet.
Turn = Callable[[Subscription], bool | None]

# More than this of one subscription within a day of real time is a mistake, of us or of others.
MOST_INVOICES = 15
BOUND_FOR = timedelta(hours=24)


def of(
    subscription: Subscription, payer: Payer, at: datetime, real: datetime | None
) -> Turn | None:
    """The rule that takes its turn now; None where the next period begins as usual."""
    match subscription.status:
        case S.INCOMPLETE:
            return lambda record: expire(record, at=at)
        case S.PAUSED if next_action(subscription) == subscription.resumes_at:
            return resume
    ends_at = subscription.ends_at
    is_over = subscription.status in {S.PAUSED, S.UNPAID}
    if ends_at and (is_over or ends_at <= subscription.current_period_end):
        # Within a period only where the terms let a contract end there.
        return lambda record: record.end(at=ends_at, credits_rest=True)
    if subscription.status == S.TRIALING and not _can_collect(subscription, payer):
        return _TRIAL_ENDS.get(subscription.trial_end_action) or _bound(subscription, at, real)
    return _bound(subscription, at, real)


def _bound(subscription: Subscription, at: datetime, real: datetime | None) -> Turn | None:
    if real is None or not is_runaway(subscription, real):
        return None
    return lambda record: park(record, at)


def expire(subscription: Subscription, *, at: datetime) -> bool:
    """The first payment did not come in its time; nobody will pay that invoice any more.

    While a payment has no answer it may still come: that is waited for.
    """
    from portal.billing.invoicing import void_unpaid  # noqa: PLC0415 - each needs the other

    try:
        void_unpaid(subscription, at=at)
    except PaymentPending:
        return False
    subscription.ended_at = at
    subscription.become(S.INCOMPLETE_EXPIRED)
    subscription.save()
    subscription.record_event("customer.subscription.updated", at, status=subscription.status)
    return True


def resume(subscription: Subscription) -> None:
    """A pause is over."""
    from portal.billing import pausing  # noqa: PLC0415 - each needs the other

    pausing.resume(subscription, at=subscription.resumes_at)


def pause_after_trial(subscription: Subscription) -> None:
    """There is nothing to charge, so that nothing begins until somebody resumes it."""
    ended = subscription.current_period_end
    subscription.paused_at = ended
    subscription.become(S.PAUSED)
    subscription.save()
    subscription.record_event("customer.subscription.paused", ended)


def _can_collect(subscription: Subscription, payer: Payer) -> bool:
    is_sent = subscription.collection_method == CollectionMethod.SEND_INVOICE
    return is_sent or payer.method is not None


_TRIAL_ENDS: dict[TrialEndAction, Turn] = {
    TrialEndAction.PAUSE: pause_after_trial,
    TrialEndAction.CANCEL: lambda record: record.end(at=record.current_period_end),
}


def is_runaway(subscription: Subscription, real: datetime) -> bool:
    """Whether the next invoice would be one too many for a day."""
    since = subscription.invoices_since
    is_same_day = since is not None and real - since < BOUND_FOR
    return bool(is_same_day and subscription.invoices_today >= MOST_INVOICES)


def count(subscription: Subscription, real: datetime) -> None:
    """Another invoice of it was issued."""
    since = subscription.invoices_since
    if since is None or real - since >= BOUND_FOR:
        subscription.invoices_since, subscription.invoices_today = real, 0
    subscription.invoices_today += 1


def park(subscription: Subscription, at: datetime) -> None:
    """Set it aside until the merchant has looked at it."""
    subscription.parked_at = at
    subscription.save()
    subscription.record_event("customer.subscription.parked", at)


def unpark(subscription: Subscription, *, at: datetime) -> None:
    """The merchant has looked at it: the next billing run goes on where it was."""
    with write():
        if subscription.refresh().parked_at is None:
            return
        subscription.parked_at = subscription.invoices_since = None
        subscription.invoices_today = 0
        subscription.save()
        subscription.record_event("customer.subscription.updated", at)
