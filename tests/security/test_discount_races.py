"""The last redemption is one person's, however many press the button at once."""

import pytest

from portal.billing import discounts, promotion_codes
from portal.billing.coupons import Coupon, Discount, PromotionCode
from portal.billing.customers import Customer
from portal.billing.errors import BillingError
from portal.billing.subscriptions import Subscription
from portal.database import MOST_CONNECTIONS, database
from tests.factories import (
    NOW,
    a_coupon,
    a_customer,
    a_merchant,
    a_price,
    a_promotion_code,
    a_subscription,
)

# As many as there are connections, without the one of the test itself.
CROWD = MOST_CONNECTIONS - 1


@pytest.fixture
def merchant(own_database):
    with database.connection_context():
        yield a_merchant()


def refused(results):
    assert all(isinstance(each, BillingError | Discount) for each in results), results
    return sum(isinstance(each, BillingError) for each in results)


def test_of_many_who_are_given_the_last_of_a_coupon_one_gets_it(merchant, at_once):
    coupon = a_coupon(merchant=merchant, max_redemptions=1)
    customers = [a_customer(merchant=merchant).id for _ in range(CROWD)]

    results = at_once(
        *[
            lambda one=one: discounts.give(
                Coupon.get_by_id(coupon.id), Customer.get_by_id(one), at=NOW
            )
            for one in customers
        ]
    )

    assert refused(results) == CROWD - 1
    assert coupon.reload().times_redeemed == Discount.select().count() == 1


def test_of_many_who_redeem_the_last_of_a_code_one_does(merchant, at_once):
    code = a_promotion_code(merchant=merchant, max_redemptions=1)
    price = a_price(merchant=merchant)
    subscriptions = [
        a_subscription(customer=a_customer(merchant=merchant), price=price).id for _ in range(CROWD)
    ]

    def redeem(subscription_id: str) -> Discount:
        subscription = Subscription.get_by_id(subscription_id)
        found = PromotionCode.find(merchant, code.code)
        return promotion_codes.redeem(found, subscription.customer, subscription, at=NOW)

    results = at_once(*[lambda one=one: redeem(one) for one in subscriptions])

    assert refused(results) == CROWD - 1
    assert code.reload().times_redeemed == Discount.select().count() == 1
    assert code.coupon.reload().times_redeemed == 1


def test_of_discounts_given_at_once_to_one_customer_one_stays(merchant, at_once):
    coupon, customer = a_coupon(merchant=merchant), a_customer(merchant=merchant)

    results = at_once(
        *[
            lambda: discounts.give(
                Coupon.get_by_id(coupon.id), Customer.get_by_id(customer.id), at=NOW
            )
        ]
        * 6
    )

    assert refused(results) == 0
    assert Discount.select().where(Discount.ended_at.is_null()).count() == 1


def test_a_word_that_two_codes_take_at_once_is_one_codes(merchant, at_once):
    coupon = a_coupon(merchant=merchant)

    at_once(*[lambda: PromotionCode.publish(Coupon.get_by_id(coupon.id), "SPRING", at=NOW)] * 6)

    assert PromotionCode.select().count() == 1


def test_a_discount_for_one_invoice_is_used_by_one(merchant, at_once):
    discount = discounts.give(a_coupon(merchant=merchant), a_customer(merchant=merchant), at=NOW)

    results = at_once(*[lambda: discounts.used([Discount.get_by_id(discount.id)], NOW)] * 6)

    assert sum(isinstance(each, BillingError) for each in results) == 5
