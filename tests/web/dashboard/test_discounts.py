"""Discounts that the merchant gives and takes away."""

import pytest

from portal.billing import discounts
from portal.billing.coupons import Discount
from portal.record import now
from tests.factories import a_coupon, a_customer, a_merchant, a_subscription, a_user


@pytest.fixture
def merchant(db):
    return a_merchant()


@pytest.fixture
def customer(merchant):
    return a_customer(merchant=merchant)


@pytest.fixture
def subscription(customer):
    return a_subscription(customer=customer, at=now())


@pytest.fixture
def member(staff, merchant):
    return staff(a_user(merchant=merchant))


def url(customer):
    return f"/dashboard/customers/{customer.id}/discounts"


def test_a_customer_is_given_a_discount_for_all_subscriptions(member, customer):
    coupon = a_coupon(merchant=customer.merchant)

    answer = member.post(url(customer), data={"coupon": coupon.id})

    assert answer.location.endswith(f"/customers/{customer.id}")
    assert Discount.get().subscription is None
    page = member.get(f"/dashboard/customers/{customer.id}").text
    assert "20% off on the next invoice" in page
    assert "All subscriptions" in page


def test_a_subscription_is_given_a_discount(member, customer, subscription):
    coupon = a_coupon(merchant=customer.merchant, duration="forever")

    answer = member.post(
        url(customer), data={"coupon": coupon.id, "subscription_id": subscription.id}
    )

    assert answer.location.endswith(f"/subscriptions/{subscription.id}")
    assert Discount.get().subscription == subscription
    page = member.get(f"/dashboard/subscriptions/{subscription.id}").text
    assert "20% off on every invoice" in page


def test_only_coupons_that_fit_are_offered(member, customer, subscription):
    fitting = a_coupon(merchant=customer.merchant, name="Fits")
    other = a_coupon(merchant=customer.merchant, name="In francs", amount_off=1, currency="CHF")
    a_coupon(merchant=customer.merchant, name="Elsewhere", products=["prod_other"])
    a_coupon(merchant=customer.merchant, name="Put away", archived_at=now())
    a_coupon(name="Of somebody else")

    page = member.get(f"{url(customer)}/new?subscription_id={subscription.id}").text

    assert fitting.name in page
    for name in ("In francs", "Elsewhere", "Put away", "Of somebody else"):
        assert name not in page
    given = {"coupon": other.id, "subscription_id": subscription.id}
    assert member.post(url(customer), data=given).status_code == 422


def test_without_a_coupon_the_page_says_what_to_do(member, customer):
    assert "There is no coupon to give" in member.get(f"{url(customer)}/new").text


def test_that_an_earlier_one_is_replaced_is_said_before(member, customer):
    coupon = a_coupon(merchant=customer.merchant, name="Old friend")
    discounts.give(coupon, customer, at=now())

    page = member.get(f"{url(customer)}/new").text

    assert "“Old friend” counts there now. The new discount replaces it." in page


def test_a_discount_is_taken_away_after_a_question(member, customer):
    discount = discounts.give(a_coupon(merchant=customer.merchant), customer, at=now())
    removal = f"/dashboard/discounts/{discount.id}/removal"

    assert (
        "From the next invoice on, the full price counts again" in member.get(f"{removal}/new").text
    )
    member.post(removal)

    assert discount.reload().ended_at
    assert member.get(f"{removal}/new").status_code == 303
    assert member.post(removal).status_code == 409


def test_what_is_another_merchants_is_not_found(member, customer):
    stranger = a_subscription()
    other = a_customer(merchant=customer.merchant)
    discount = discounts.give(a_coupon(merchant=stranger.merchant), stranger.customer, at=now())
    mine = a_subscription(customer=other)

    assert member.get(f"{url(stranger.customer)}/new").status_code == 404
    for subscription in (stranger, mine):
        page = f"{url(customer)}/new?subscription_id={subscription.id}"
        assert member.get(page).status_code == 404
    assert member.post(f"/dashboard/discounts/{discount.id}/removal").status_code == 404
