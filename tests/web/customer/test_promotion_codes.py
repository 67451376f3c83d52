"""A promotion code typed in the portal."""

import pytest

from portal.billing import discounts
from portal.billing.coupons import Discount
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from tests.factories import a_coupon, a_customer, a_promotion_code, a_subscription


@pytest.fixture
def subscription(app):
    found = a_subscription(at=now())
    PortalConfiguration.default_of(found.merchant).change(at=now(), allows_promotion_codes=True)
    return found


@pytest.fixture
def ada(subscription, sign_in):
    return sign_in(subscription.customer)


@pytest.fixture
def url(subscription):
    return f"/p/subscriptions/{subscription.id}/promotion-code"


def a_code(subscription, word="SPRING", **given):
    coupon = a_coupon(merchant=subscription.merchant, duration="forever")
    return a_promotion_code(word, coupon=coupon, **given)


def test_a_code_is_used_and_the_discount_is_shown(ada, url, subscription):
    a_code(subscription)

    answer = ada.post(url, data={"code": " spring "})

    page = ada.get(answer.location).text
    assert "The code counts: 20% off on every invoice." in page
    assert Discount.get().subscription == subscription


def test_where_there_is_a_discount_that_it_is_replaced_is_said(ada, url, subscription):
    coupon = a_coupon(merchant=subscription.merchant, percent_off=500)
    discounts.give(coupon, subscription.customer, at=now())

    page = ada.get(f"{url}/new").text

    assert "You have a discount now: 5% off on the next invoice. A code replaces it." in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the code."),
        ("WINTER", "This code is not known."),
        ("SPRING", "This code has expired."),
    ],
)
def test_a_code_that_does_not_count_is_refused_in_words(ada, url, subscription, typed, said):
    a_code(subscription, expires_at=now())

    answer = ada.post(url, data={"code": typed})

    assert answer.status_code == 422
    assert said in answer.text
    assert not Discount.select().exists()


def test_the_code_of_another_customer_is_not_known(ada, url, subscription):
    a_code(subscription, customer=a_customer(merchant=subscription.merchant))

    assert "This code is not known." in ada.post(url, data={"code": "SPRING"}).text


def test_codes_cannot_be_guessed_one_after_the_other(ada, url, subscription):
    a_code(subscription)
    for number in range(10):
        assert "not known" in ada.post(url, data={"code": f"GUESS{number}"}).text

    answer = ada.post(url, data={"code": "SPRING"})

    assert "Please wait an hour" in answer.text
    assert not Discount.select().exists()


def test_codes_that_are_right_do_not_count_as_guesses(ada, url, subscription):
    for number in range(12):
        a_code(subscription, f"RIGHT{number}")
        assert ada.post(url, data={"code": f"RIGHT{number}"}).status_code == 303


def test_codes_are_refused_where_they_are_switched_off(ada, url, subscription):
    a_code(subscription)
    PortalConfiguration.default_of(subscription.merchant).change(
        at=now(), allows_promotion_codes=False
    )

    assert ada.get(f"{url}/new").status_code == 403
    assert ada.post(url, data={"code": "SPRING"}).status_code == 403
    assert "promotion code" not in ada.get(f"/p/subscriptions/{subscription.id}").text
    assert not Discount.select().exists()


def test_an_ended_subscription_takes_no_code(ada, url, subscription):
    a_code(subscription)
    subscription.cancel_now(at=now())

    assert ada.get(f"{url}/new").status_code == 303
    assert ada.post(url, data={"code": "SPRING"}).status_code == 409
