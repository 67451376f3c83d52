"""Who wants to leave may be offered something first: one question, one offer, no detours.

The question is optional and comes before the confirmation; the reason given decides which
offer is shown, once; declining leads straight to the confirmation. Never in the way of a
statutory exit (§ 312k BGB, Art. 11a of Directive 2011/83/EU), which knows neither.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from portal.billing import discounts, pausing, plan_changes
from portal.billing.coupon_errors import DiscountOver
from portal.billing.coupon_rules import require_fitting, require_givable
from portal.billing.coupons import DiscountSource
from portal.billing.customers import Customer
from portal.billing.errors import BillingError
from portal.billing.periods import Interval, boundary
from portal.billing.plan_comparison import PlanKind
from portal.billing.plan_errors import SubscriptionNotPaused
from portal.billing.plan_quotes import PlanChange, Timing
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_status import SubscriptionStatus
from portal.billing.subscriptions import Subscription
from portal.database import write
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.retention_offers import OfferKind, OfferMade, RetentionOffer

# How long an offer that was shown can be answered.
OPEN_FOR = timedelta(days=1)


class OfferOver(BillingError):
    """It was answered, withdrawn by the merchant, or lies too long."""

    code = "offer_over"


class OfferChanged(BillingError):
    """What it would do now is not what was shown."""

    code = "offer_changed"


def may_ask(subscription: Subscription, configuration: PortalConfiguration, at: datetime) -> bool:
    """Whether the question comes before the confirmation: only where it can lead to something."""
    if not configuration.makes_offers or not configuration.allows_cancellation:
        return False
    if not subscription.is_live or subscription.is_ending:
        return False
    if was_made_one(subscription, configuration, at):
        return False
    offers = RetentionOffer.by_reason(configuration).values()
    return any(is_possible(offer, subscription, at) for offer in offers)


def was_made_one(
    subscription: Subscription, configuration: PortalConfiguration, at: datetime
) -> bool:
    """Whether this customer was made an offer in the last months, for whatever subscription."""
    zone = subscription.merchant.time_zone
    since = boundary(at, Interval.MONTH, 1, -configuration.offer_months, zone)
    mine = (OfferMade.customer == subscription.customer_id) & (OfferMade.created_at > since)
    return bool(OfferMade.select().where(mine).exists())


def is_possible(offer: RetentionOffer, subscription: Subscription, at: datetime) -> bool:
    """Whether it could be accepted as things stand."""
    try:
        match offer.kind:
            case OfferKind.DISCOUNT:
                require_givable(offer.coupon, at)
                require_fitting(offer.coupon, subscription.customer, subscription)
                return can_be_reduced(subscription, at)
            case OfferKind.PAUSE:
                pausing.require_pausable(subscription)
                return True
        return cheaper_plan(offer, subscription, at).kind == PlanKind.DOWNGRADE
    except BillingError:
        return False


def can_be_reduced(subscription: Subscription, at: datetime) -> bool:
    """Whether a next invoice will come, and at the full price: no discount is lost."""
    is_running = subscription.status in Subscription.RUNNING and not subscription.cancel_at
    return is_running and discounts.of(subscription, at) is None


def cheaper_plan(offer: RetentionOffer, subscription: Subscription, at: datetime) -> PlanChange:
    """The change as it would be made: when the paid period ends, so that nothing is charged now.

    Raises as `plan_changes.preview` does.
    """
    return plan_changes.preview(
        subscription,
        offer.price,
        subscription.item.quantity,
        at=at,
        timing=Timing.AT_PERIOD_END,
    )


def make(
    subscription: Subscription, configuration: PortalConfiguration, reason: str, *, at: datetime
) -> OfferMade | None:
    """The offer for this reason, counted as shown; None where there is none to be made."""
    with write():
        Customer.hold(subscription.customer_id)
        offer = RetentionOffer.by_reason(configuration).get(reason)
        if offer is None or not may_ask(subscription, configuration, at):
            return None
        if not is_possible(offer, subscription, at):
            return None
        made = OfferMade.create(
            merchant=subscription.merchant_id,
            customer=subscription.customer_id,
            subscription=subscription,
            offer=offer,
            reason=reason,
            kind=offer.kind,
            created_at=at,
        )
        made.record_event("retention_offer.made", at)
    return made


def open_offer(
    subscription: Subscription, configuration: PortalConfiguration, at: datetime
) -> OfferMade | None:
    """The offer that was shown and waits for an answer, if it still stands."""
    made = OfferMade.last_of(subscription)
    if made is None or not configuration.makes_offers or not stands(made, at):
        return None
    return made if is_possible(made.offer, subscription, at) else None


def stands(made: OfferMade, at: datetime) -> bool:
    return made.is_open and made.offer_id is not None and at < made.created_at + OPEN_FOR


def accept(made: OfferMade, subscription: Subscription, *, at: datetime, shown: str = "") -> None:
    """Do what was offered. `shown`: for a plan, what `words_of` said when it was shown.

    Raises `OfferOver`, `OfferChanged`, and what giving, pausing and changing raise.
    """
    with write():
        made.refresh()
        if not stands(made, at):
            raise OfferOver
        _DO[made.kind](made, subscription, at, shown)
        made.accepted_at = at
        made.save()
        made.record_event("retention_offer.accepted", at)


def decline(made: OfferMade, *, at: datetime) -> None:
    """On to the confirmation. Declining twice is the same as once."""
    with write():
        made.refresh()
        if made.is_open:
            made.declined_at = at
            made.save()
            made.record_event("retention_offer.declined", at)


def take_back(made: OfferMade, subscription: Subscription, *, at: datetime) -> None:
    """Undo what was accepted, as far as it is not over. Raises `OfferOver`."""
    with write():
        made.refresh()
        if not made.is_kept:
            raise OfferOver
        _UNDO[made.kind](made, subscription, at)
        made.taken_back_at = at
        made.save()
        made.record_event("retention_offer.taken_back", at)


def can_be_taken_back(made: OfferMade, subscription: Subscription, at: datetime) -> bool:
    """Whether something of it is left to be undone."""
    if not made.is_kept:
        return False
    match made.kind:
        case OfferKind.DISCOUNT:
            found = discounts.of(subscription, at)
            return found is not None and found.source == DiscountSource.RETENTION_OFFER
        case OfferKind.PAUSE:
            return bool(subscription.status == SubscriptionStatus.PAUSED)
    waiting = ScheduledChange.waiting_of(subscription)
    return waiting is not None and waiting.created_at >= made.accepted_at


def shown_of(change: PlanChange) -> str:
    """What a plan's offer says: from when on, and what the next invoice comes to."""
    return f"{change.takes_effect_at.isoformat()} {change.upcoming.total}"


def _give(made: OfferMade, subscription: Subscription, at: datetime, _: str) -> None:
    discounts.give(
        made.offer.coupon,
        subscription.customer,
        subscription,
        at=at,
        source=DiscountSource.RETENTION_OFFER,
    )


def _pause(made: OfferMade, subscription: Subscription, at: datetime, _: str) -> None:
    resumes_at = pausing.pause_end(subscription, made.offer.pause_months, at)
    pausing.pause(subscription, at=at, resumes_at=resumes_at)


def _change_plan(made: OfferMade, subscription: Subscription, at: datetime, shown: str) -> None:
    found = cheaper_plan(made.offer, subscription, at)
    if shown_of(found) != shown:
        raise OfferChanged
    plan_changes.change(
        subscription, found.wanted, at=at, quoted_at=at, fingerprint=found.fingerprint
    )


def _take_away(_: OfferMade, subscription: Subscription, at: datetime) -> None:
    found = discounts.of(subscription, at)
    if found and found.source == DiscountSource.RETENTION_OFFER:
        with suppress(DiscountOver):
            discounts.take_away(found, at=at)


def _resume(_: OfferMade, subscription: Subscription, at: datetime) -> None:
    with suppress(SubscriptionNotPaused):
        pausing.resume(subscription, at=at)


def _withdraw(made: OfferMade, subscription: Subscription, at: datetime) -> None:
    if can_be_taken_back(made, subscription, at):
        ScheduledChange.withdraw(subscription, at=at)


_DO: dict[str, Callable[[OfferMade, Subscription, datetime, str], None]] = {
    OfferKind.DISCOUNT: _give,
    OfferKind.PAUSE: _pause,
    OfferKind.CHEAPER_PLAN: _change_plan,
}
_UNDO: dict[str, Callable[[OfferMade, Subscription, datetime], None]] = {
    OfferKind.DISCOUNT: _take_away,
    OfferKind.PAUSE: _resume,
    OfferKind.CHEAPER_PLAN: _withdraw,
}
