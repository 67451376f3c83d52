"""Canceling in the portal: what the merchant allows, how it ends, and what may be asked."""

from datetime import datetime

from portal.billing.contract_terms import next_possible_end, terms_of
from portal.billing.errors import SubscriptionAlreadyEnding
from portal.billing.pausing import resume, resumed_period_end
from portal.billing.subscription_status import SubscriptionStatus
from portal.billing.subscriptions import Subscription
from portal.database import write
from portal.selfservice.configurations import (
    REASONS,
    CancellationMode,
    CancellationProration,
    PortalConfiguration,
)

OTHER = "other"
LONGEST_COMMENT = 500


def ends_at_once(subscription: Subscription, configuration: PortalConfiguration) -> bool:
    """Whether canceling ends it immediately.

    So it does where the merchant wants it and no contract terms speak against it, and where
    no paid time is left that could run out: the first payment is missing, or collecting was
    given up. A pause is no way out of a minimum term; and what it kept can still be used.
    """
    is_wanted = configuration.cancellation_mode == CancellationMode.IMMEDIATELY
    if subscription.status == SubscriptionStatus.PAUSED:
        if _is_bound_while_paused(subscription):
            return False
        return is_wanted or not _runs_out_after_pause(subscription)
    if subscription.status not in Subscription.RUNNING:
        return True
    return is_wanted and not terms_of(subscription).are_any


def ends_on(subscription: Subscription, *, at: datetime) -> datetime:
    """When it ends if it is canceled at `at` and does not end at once."""
    if subscription.status == SubscriptionStatus.PAUSED and _runs_out_after_pause(subscription):
        return resumed_period_end(subscription, at)
    return next_possible_end(subscription, at)


def gives_back(subscription: Subscription, configuration: PortalConfiguration) -> bool:
    """Whether ending it at once puts the rest of a paid period on the balance."""
    wanted = configuration.cancellation_proration == CancellationProration.CREDIT
    return wanted and ends_at_once(subscription, configuration)


def cancel(
    subscription: Subscription,
    configuration: PortalConfiguration,
    *,
    at: datetime,
    reason: str = "",
) -> None:
    """Cancel in the way that the merchant chose; `reason` where one was given before.

    A pause goes over into what is left of a minimum term, or of the period that was paid.
    Raises `NotOffered`, `SubscriptionEnded`, `SubscriptionAlreadyEnding`.
    """
    configuration.require("allows_cancellation")
    with write():
        subscription.refresh()
        if subscription.is_ending:
            raise SubscriptionAlreadyEnding
        if ends_at_once(subscription, configuration):
            credits_rest = gives_back(subscription, configuration)
            subscription.cancel_now(at=at, credits_rest=credits_rest)
        else:
            if subscription.status == SubscriptionStatus.PAUSED:
                resume(subscription, at=at)
            subscription.cancel(at=at)
        if reason:
            subscription.give_reason(reason, "", at=at)


def _is_bound_while_paused(subscription: Subscription) -> bool:
    """A trial binds nobody, paused or not."""
    is_paused = subscription.status == SubscriptionStatus.PAUSED
    has_begun = subscription.period_index >= 0
    return bool(is_paused and has_begun and subscription.minimum_term_months)


def _runs_out_after_pause(subscription: Subscription) -> bool:
    """Whether the pause kept time, and nothing more would have to be billed to use it."""
    paused_at = subscription.paused_at
    keeps_time = paused_at is not None and paused_at < subscription.current_period_end
    return keeps_time and not terms_of(subscription).are_any


def reinstate(
    subscription: Subscription, configuration: PortalConfiguration, *, at: datetime
) -> None:
    """Take a cancellation back before the end.

    Raises `NotOffered`, `SubscriptionEnded`, `SubscriptionNotEnding`.
    """
    configuration.require("allows_cancellation")
    subscription.reinstate(at=at)


def reasons_of(configuration: PortalConfiguration) -> list[str]:
    """What may be chosen, in a fixed order: known reasons, the merchant's own, "other" last."""
    known = [reason for reason in REASONS if reason in configuration.reasons]
    own = [reason for reason in configuration.own_reasons if reason not in known]
    listed = [reason for reason in [*known, *own] if reason != OTHER]
    return [*listed, OTHER] if OTHER in known else listed


def may_be_asked(subscription: Subscription, configuration: PortalConfiguration) -> bool:
    """Whether the reason is still to be asked. It is asked after the fact, and once."""
    wanted = configuration.asks_for_reason and reasons_of(configuration)
    return bool(wanted and subscription.canceled_at and not subscription.cancellation_reason)
