"""What the safety bound set aside is billed again once a person has looked."""

import pytest

from tests.factories import NOW, a_customer, a_subscription, a_user


@pytest.fixture
def user(db):
    return a_user()


@pytest.fixture
def parked(user):
    subscription = a_subscription(customer=a_customer(merchant=user.merchant))
    subscription.parked_at = NOW
    subscription.save()
    return subscription


def test_it_says_why_and_goes_on_when_told(staff, user, parked):
    url = f"/dashboard/subscriptions/{parked.id}"
    client = staff(user)
    assert "This subscription was set aside" in client.get(url).text

    client.post(f"{url}/billing")

    assert parked.reload().next_action_at == parked.current_period_end
    assert "This subscription was set aside" not in client.get(url).text


def test_others_cannot(staff, parked):
    answer = staff(a_user()).post(f"/dashboard/subscriptions/{parked.id}/billing")

    assert answer.status_code == 404
    assert parked.reload().parked_at
