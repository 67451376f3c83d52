"""How a subscription ends is the merchant's choice; why is asked afterwards."""

from datetime import timedelta

import pytest

from portal.billing import pausing
from portal.billing.errors import SubscriptionAlreadyEnding, SubscriptionEnded
from portal.billing.subscription_status import SubscriptionStatus
from portal.selfservice import cancellations
from portal.selfservice.configurations import NotOffered, PortalConfiguration
from tests.factories import NOW, a_subscription, utc

pytestmark = pytest.mark.usefixtures("db")


def setting(subscription, **given) -> PortalConfiguration:
    configuration = PortalConfiguration.default_of(subscription.merchant)
    configuration.change(at=NOW, **given)
    return configuration


def test_by_default_the_period_runs_out():
    subscription = a_subscription()
    cancellations.cancel(subscription, setting(subscription), at=NOW)
    assert subscription.is_ending
    assert subscription.ends_at == subscription.current_period_end


def test_the_merchant_may_end_it_at_once():
    subscription = a_subscription()
    cancellations.cancel(
        subscription, setting(subscription, cancellation_mode="immediately"), at=NOW
    )
    assert subscription.ended_at == NOW


def test_what_no_period_runs_of_ends_at_once():
    subscription = a_subscription(paid=False)
    cancellations.cancel(subscription, setting(subscription), at=NOW)
    assert subscription.status == SubscriptionStatus.CANCELED


def test_a_pause_is_no_way_out_of_a_minimum_term():
    bound = a_subscription(minimum_term_months=12)
    paused = NOW + timedelta(days=5)
    pausing.pause(bound, at=paused)
    assert not cancellations.ends_at_once(bound, setting(bound))

    cancellations.cancel(bound, setting(bound), at=paused + timedelta(days=40))
    assert bound.status == SubscriptionStatus.ACTIVE
    assert bound.ends_at == utc(2027, 3, 10, 9, 30)


def test_what_a_pause_kept_is_used_up_after_canceling():
    subscription = a_subscription()
    configuration = setting(subscription)
    left = subscription.current_period_end - (NOW + timedelta(days=10))
    pausing.pause(subscription, at=NOW + timedelta(days=10))
    canceled = NOW + timedelta(days=200)
    assert not cancellations.ends_at_once(subscription, configuration)
    foretold = cancellations.ends_on(subscription, at=canceled)

    cancellations.cancel(subscription, configuration, at=canceled)
    assert subscription.status == SubscriptionStatus.ACTIVE
    assert subscription.ends_at == foretold == canceled + left


def test_a_pause_that_kept_nothing_ends_at_once():
    subscription = a_subscription()
    pausing.pause(subscription, at=subscription.current_period_end)
    later = subscription.current_period_end + timedelta(days=1)

    cancellations.cancel(subscription, setting(subscription), at=later)
    assert subscription.ended_at == later


def test_what_a_pause_kept_is_given_back_where_the_merchant_wants_that():
    subscription = a_subscription()
    # Of 31 days (short of an hour, for summer time), 10 were used.
    pausing.pause(subscription, at=NOW + timedelta(days=10))
    configuration = setting(
        subscription, cancellation_mode="immediately", cancellation_proration="credit"
    )
    assert cancellations.gives_back(subscription, configuration)

    cancellations.cancel(subscription, configuration, at=NOW + timedelta(days=200))
    assert subscription.status == SubscriptionStatus.CANCELED
    assert subscription.customer.reload().balance == 1353


def test_canceling_twice_is_refused():
    subscription = a_subscription()
    configuration = setting(subscription)
    cancellations.cancel(subscription, configuration, at=NOW)
    with pytest.raises(SubscriptionAlreadyEnding):
        cancellations.cancel(subscription, configuration, at=NOW)
    subscription.cancel_now(at=NOW)
    with pytest.raises(SubscriptionEnded):
        cancellations.cancel(subscription, configuration, at=NOW)


def test_what_is_switched_off_is_refused():
    subscription = a_subscription()
    configuration = setting(subscription, allows_cancellation=False)
    with pytest.raises(NotOffered):
        cancellations.cancel(subscription, configuration, at=NOW)
    subscription.cancel(at=NOW)
    with pytest.raises(NotOffered):
        cancellations.reinstate(subscription, configuration, at=NOW)


def test_reasons_stand_in_a_fixed_order_with_other_last():
    subscription = a_subscription()
    configuration = setting(
        subscription, reasons=["other", "unused", "too_expensive"], own_reasons=["Moved to Mars"]
    )
    assert cancellations.reasons_of(configuration) == [
        "too_expensive",
        "unused",
        "Moved to Mars",
        "other",
    ]


def test_the_reason_is_asked_once_and_only_afterwards():
    subscription = a_subscription()
    configuration = setting(subscription)
    assert not cancellations.may_be_asked(subscription, configuration)
    cancellations.cancel(subscription, configuration, at=NOW)
    assert cancellations.may_be_asked(subscription, configuration)
    subscription.give_reason("unused", "", at=NOW)
    assert not cancellations.may_be_asked(subscription, configuration)


def test_no_reason_is_asked_where_the_merchant_asks_for_none():
    subscription = a_subscription()
    configuration = setting(subscription, asks_for_reason=False)
    cancellations.cancel(subscription, configuration, at=NOW)
    assert not cancellations.may_be_asked(subscription, configuration)
