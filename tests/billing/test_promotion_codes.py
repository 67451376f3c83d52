from datetime import timedelta

import pytest

from portal.billing import discounts, promotion_codes
from portal.billing.coupon_errors import (
    PromotionCodeBelowMinimum,
    PromotionCodeForFirstTime,
    PromotionCodeMalformed,
    PromotionCodeNotForProduct,
    PromotionCodeOver,
    PromotionCodeTaken,
    PromotionCodeUnknown,
    PromotionCodeUsedBefore,
    PromotionCodeUsedUp,
)
from portal.billing.coupons import Discount, PromotionCode
from tests.factories import (
    NOW,
    a_coupon,
    a_customer,
    a_merchant,
    a_price,
    a_promotion_code,
    a_subscription,
)

SECOND = timedelta(seconds=1)


@pytest.fixture
def merchant(db):
    return a_merchant()


@pytest.fixture
def customer(merchant):
    return a_customer(merchant=merchant)


@pytest.fixture
def price(merchant):
    return a_price(merchant=merchant)


@pytest.mark.parametrize("typed", ["SPRING-26", "spring-26", " Spring -26\n"])
def test_a_code_is_found_as_people_type_it(merchant, typed):
    code = a_promotion_code("Spring-26", merchant=merchant)

    assert code.code == "SPRING-26"
    assert PromotionCode.find(merchant, typed) == code


@pytest.mark.parametrize("typed", ["", "SPRIN", "SPRING2", "Ü"])
def test_other_words_are_no_code(merchant, typed):
    a_promotion_code("SPRING", merchant=merchant)

    with pytest.raises(PromotionCodeUnknown):
        PromotionCode.find(merchant, typed)


def test_a_code_of_another_merchant_is_unknown(merchant):
    a_promotion_code("SPRING", merchant=a_merchant())

    with pytest.raises(PromotionCodeUnknown):
        PromotionCode.find(merchant, "SPRING")


def test_a_word_is_taken_until_it_is_archived(merchant):
    first = a_promotion_code("SPRING", merchant=merchant)
    with pytest.raises(PromotionCodeTaken):
        a_promotion_code(" spring", merchant=merchant)

    first.archive(at=NOW)
    second = a_promotion_code("SPRING", merchant=merchant)

    assert PromotionCode.find(merchant, "spring") == second
    with pytest.raises(PromotionCodeTaken):
        first.unarchive(at=NOW)


def test_a_code_can_be_made_up(merchant):
    code = a_promotion_code("", merchant=merchant)

    assert len(code.code) == 8
    assert not set(code.code) & set("0O1I")


@pytest.mark.parametrize("word", ["AB", "ÄBC", "A" * 41, "50%"])
def test_a_code_is_made_of_plain_letters(merchant, word):
    with pytest.raises(PromotionCodeMalformed):
        a_promotion_code(word, merchant=merchant)


@pytest.mark.parametrize(
    ("of_coupon", "of_code", "refusal"),
    [
        ({}, {"expires_at": NOW}, PromotionCodeOver),
        ({"redeem_by": NOW}, {}, PromotionCodeOver),
        ({}, {"max_redemptions": 1, "times_redeemed": 1}, PromotionCodeUsedUp),
        ({"max_redemptions": 1, "times_redeemed": 1}, {}, PromotionCodeUsedUp),
        ({"archived_at": NOW}, {}, PromotionCodeUnknown),
        ({}, {"archived_at": NOW}, PromotionCodeUnknown),
        ({"products": ["prod_other"]}, {}, PromotionCodeNotForProduct),
        ({"amount_off": 100, "currency": "CHF"}, {}, PromotionCodeNotForProduct),
        (
            {},
            {"minimum_amount": 2000, "minimum_amount_currency": "EUR"},
            PromotionCodeBelowMinimum,
        ),
        ({}, {"minimum_amount": 1, "minimum_amount_currency": "CHF"}, PromotionCodeBelowMinimum),
    ],
)
def test_a_code_that_does_not_count_is_refused(customer, price, of_coupon, of_code, refusal):
    coupon = a_coupon(merchant=customer.merchant, **of_coupon)
    code = a_promotion_code(coupon=coupon, **of_code)

    with pytest.raises(refusal):
        promotion_codes.check(code, customer, price, 1, NOW)


def test_a_code_counts_until_its_end_and_from_its_minimum_on(customer, price):
    code = a_promotion_code(
        merchant=customer.merchant,
        expires_at=NOW + SECOND,
        max_redemptions=1,
        minimum_amount=1999 * 2,
        minimum_amount_currency="EUR",
        is_first_time_only=True,
        customer=customer,
    )

    promotion_codes.check(code, customer, price, 2, NOW)


def test_a_code_for_one_customer_is_unknown_to_others(customer, price):
    code = a_promotion_code(merchant=customer.merchant, customer=customer)

    with pytest.raises(PromotionCodeUnknown):
        promotion_codes.check(code, a_customer(merchant=customer.merchant), price, 1, NOW)


def test_who_has_paid_once_is_no_first_time_customer(customer, price):
    code = a_promotion_code(merchant=customer.merchant, is_first_time_only=True)
    a_subscription(customer=customer, price=price, paid=False)
    promotion_codes.check(code, customer, price, 1, NOW)

    a_subscription(customer=customer, price=price)

    with pytest.raises(PromotionCodeForFirstTime):
        promotion_codes.check(code, customer, price, 1, NOW)


def test_redeeming_counts_the_code_and_its_coupon(customer, price):
    subscription = a_subscription(customer=customer, price=price)
    code = a_promotion_code(merchant=customer.merchant)

    discount = promotion_codes.redeem(code, customer, subscription, at=NOW)

    assert (discount.promotion_code, discount.source) == (code, "promotion_code")
    assert discount.subscription == subscription
    assert code.reload().times_redeemed == code.coupon.reload().times_redeemed == 1


def test_what_is_refused_counts_nothing(customer, price):
    subscription = a_subscription(customer=customer, price=price)
    coupon = a_coupon(merchant=customer.merchant, max_redemptions=1)
    code = a_promotion_code(coupon=coupon)
    coupon.update(times_redeemed=1).execute()

    with pytest.raises(PromotionCodeUsedUp):
        promotion_codes.redeem(code, customer, subscription, at=NOW)

    assert code.reload().times_redeemed == 0
    assert not Discount.select().exists()


def test_a_customer_uses_a_code_once_also_when_it_was_used_up(customer, price):
    subscription = a_subscription(customer=customer, price=price)
    code = a_promotion_code(merchant=customer.merchant)
    discount = promotion_codes.redeem(code, customer, subscription, at=NOW)
    discounts.used([discount], NOW + SECOND)

    with pytest.raises(PromotionCodeUsedBefore):
        promotion_codes.redeem(code, customer, subscription, at=NOW + SECOND)

    assert code.reload().times_redeemed == 1
