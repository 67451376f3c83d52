"""Several customers may share an address: who is meant, and who can be switched to."""

import pytest

from portal.selfservice.portal_sessions import PortalSession
from portal.selfservice.sign_in_people import customer_for, other_customers
from tests.factories import NOW, a_customer, a_login_link, a_merchant, a_price, a_subscription

pytestmark = pytest.mark.usefixtures("db")
EMAIL = "ada@example.test"


@pytest.fixture
def merchant():
    return a_merchant()


@pytest.fixture
def three(merchant):
    """Oldest first."""
    return [a_customer(merchant=merchant, email=EMAIL) for _ in range(3)]


def test_nobody_has_an_unknown_address(merchant, three):
    assert customer_for(merchant.id, "bob@example.test") is None
    assert customer_for(a_merchant().id, EMAIL) is None


def test_without_subscriptions_the_newest_is_meant(merchant, three):
    assert customer_for(merchant.id, EMAIL) == three[2]


def test_a_running_subscription_comes_first(merchant, three):
    a_subscription(customer=three[0], price=a_price(merchant=merchant))

    assert customer_for(merchant.id, EMAIL) == three[0]


def test_of_several_with_subscriptions_the_newest_is_meant(merchant, three):
    price = a_price(merchant=merchant)
    a_subscription(customer=three[1], price=price)
    a_subscription(customer=three[0], price=price)

    assert customer_for(merchant.id, EMAIL) == three[1]


def test_a_subscription_that_is_over_does_not_count(merchant, three):
    a_subscription(customer=three[0], price=a_price(merchant=merchant)).end(at=NOW)

    assert customer_for(merchant.id, EMAIL) == three[2]


def a_session(customer, **given):
    link = a_login_link(merchant=customer.merchant)
    given = {"email": customer.email, "configuration": link.configuration} | given
    return PortalSession.open(customer, at=NOW, **given)[0]


def test_the_others_of_the_address_can_be_switched_to(merchant, three):
    a_customer(merchant=merchant, email="bob@example.test")
    a_customer(merchant=a_merchant(), email=EMAIL)

    assert list(other_customers(a_session(three[1]))) == [three[2], three[0]]


def test_the_team_looking_in_switches_to_nobody(three):
    assert list(other_customers(a_session(three[1], impersonator_id="usr_1"))) == []


def test_a_session_without_an_address_switches_to_nobody(three):
    assert list(other_customers(a_session(three[1], email=""))) == []


def test_switching_to_anybody_else_is_a_mistake_of_ours(merchant, three):
    bob = a_customer(merchant=merchant, email="bob@example.test")

    with pytest.raises(ValueError, match="not a customer of this address"):
        a_session(three[1]).switch_to(bob, at=NOW)


def test_signing_out_everywhere_ends_the_sessions_of_the_address_only(merchant, three):
    bob = a_session(a_customer(merchant=merchant, email="bob@example.test"))
    team = a_session(three[0], impersonator_id="usr_1")
    mine, elsewhere = a_session(three[0]), a_session(three[1])

    PortalSession.end_all_of_address(mine, at=NOW)

    running = [each.reload().is_running(NOW) for each in (mine, elsewhere, bob, team)]
    assert running == [False, False, True, True]
