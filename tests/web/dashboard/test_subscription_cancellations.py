"""The merchant cancels, and takes it back."""

import pytest

from portal.billing.subscription_status import SubscriptionStatus
from portal.record import now
from tests.factories import a_subscription, a_user


@pytest.fixture
def subscription(db):
    return a_subscription(at=now())


@pytest.fixture
def member(staff, subscription):
    return staff(a_user(merchant=subscription.merchant))


def url(subscription, what):
    return f"/dashboard/subscriptions/{subscription.id}/{what}"


def test_new_says_what_will_happen(member, subscription):
    page = member.get(url(subscription, "cancellation/new")).text

    assert "It stays active until" in page
    assert "Nothing is refunded" in page


def test_canceling_at_the_end_lets_the_period_run_out(member, subscription):
    answer = member.post(url(subscription, "cancellation"), data={"mode": "at_period_end"})

    assert answer.status_code == 303
    assert subscription.reload().is_ending


def test_canceling_at_once_ends_it(member, subscription):
    member.post(url(subscription, "cancellation"), data={"mode": "immediately"})

    assert subscription.reload().status == SubscriptionStatus.CANCELED


def test_a_mode_must_be_chosen(member, subscription):
    answer = member.post(url(subscription, "cancellation"), data={"mode": "never"})

    assert answer.status_code == 422
    assert not subscription.reload().is_ending


def test_what_never_began_can_only_end_at_once(staff, db):
    waiting = a_subscription(paid=False)
    member = staff(a_user(merchant=waiting.merchant))
    page = member.get(url(waiting, "cancellation/new")).text

    assert 'value="immediately"' in page
    assert 'value="at_period_end"' not in page


def test_canceling_twice_is_refused(member, subscription):
    subscription.cancel(at=now())
    answer = member.post(url(subscription, "cancellation"), data={"mode": "at_period_end"})

    assert answer.status_code == 409


def test_new_for_one_that_ends_already_leads_back(member, subscription):
    subscription.cancel(at=now())

    assert member.get(url(subscription, "cancellation/new")).status_code == 303


def test_a_cancellation_is_taken_back(member, subscription):
    subscription.cancel(at=now())
    answer = member.post(url(subscription, "reinstatement"))

    assert answer.status_code == 303
    assert not subscription.reload().is_ending


def test_taking_back_what_was_not_canceled_is_refused(member, subscription):
    assert member.post(url(subscription, "reinstatement")).status_code == 409


def test_what_belongs_to_others_is_not_there(member, db):
    other = a_subscription(at=now())

    assert member.get(url(other, "cancellation/new")).status_code == 404
    data = {"mode": "immediately"}
    assert member.post(url(other, "cancellation"), data=data).status_code == 404
    assert member.post(url(other, "reinstatement")).status_code == 404
    assert other.reload().is_live
