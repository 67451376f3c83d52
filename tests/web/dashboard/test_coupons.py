"""Coupons and their codes, as the merchant makes and archives them."""

import pytest

from portal.billing.coupons import Coupon, PromotionCode
from portal.billing.events import Event
from tests.factories import (
    NOW,
    a_coupon,
    a_customer,
    a_merchant,
    a_product,
    a_promotion_code,
    a_user,
    utc,
)

URL = "/dashboard/coupons"
PERCENT = {"name": "Spring", "kind": "percent", "percent_off": "12,5", "duration": "once"}


@pytest.fixture
def merchant(db):
    return a_merchant(time_zone="Europe/Berlin")


@pytest.fixture
def member(staff, merchant):
    return staff(a_user(merchant=merchant))


def test_the_empty_list_says_what_coupons_are_for(member):
    page = member.get(URL).text

    assert "No coupons yet" in page
    assert f"{URL}/new" in page


def test_the_list_shows_what_each_takes_off_and_how_often_it_was_redeemed(member, merchant):
    a_coupon(merchant=merchant, name="Ten", percent_off=1050, max_redemptions=5)
    a_coupon(merchant=merchant, name="Five", amount_off=500, duration="forever")
    a_coupon(merchant=a_merchant(), name="Of somebody else")

    page = member.get(URL).text

    assert "10.5% off on one invoice" in page
    assert "€5.00 off on every invoice" in page
    assert "0 of 5" in page
    assert "Of somebody else" not in page


def test_the_list_is_filtered_by_name_and_state(member, merchant):
    a_coupon(merchant=merchant, name="Spring")
    a_coupon(merchant=merchant, name="Autumn", archived_at=NOW)

    assert "Autumn" not in member.get(URL).text
    archived = member.get(f"{URL}?state=archived").text
    assert "Autumn" in archived
    assert "Spring" not in archived
    assert "Spring" not in member.get(f"{URL}?state=all&q=aut").text


def test_a_percentage_is_added(member, merchant):
    product = a_product(merchant=merchant)
    given = PERCENT | {
        "duration": "repeating",
        "duration_in_months": "3",
        "redeem_by": "2126-03-31",
        "max_redemptions": "100",
        "products": product.id,
    }

    answer = member.post(URL, data=given)

    coupon = Coupon.get(Coupon.merchant == merchant)
    assert answer.location.endswith(coupon.id)
    assert (coupon.percent_off, coupon.amount_off, coupon.currency) == (1250, None, None)
    assert (coupon.duration, coupon.duration_in_months) == ("repeating", 3)
    # To the end of the day in Berlin, where summer time began.
    assert coupon.redeem_by == utc(2126, 3, 31, 22)
    assert (coupon.max_redemptions, coupon.products) == (100, [product.id])
    assert Event.select().where(Event.type == "coupon.created").count() == 1


def test_an_amount_is_added_in_its_currency(member, merchant):
    member.post(
        URL,
        data={
            "name": "Five",
            "kind": "amount",
            "amount_off": "5.00",
            "currency": "CHF",
            "duration": "forever",
            "duration_in_months": "3",
        },
    )

    coupon = Coupon.get(Coupon.merchant == merchant)
    assert (coupon.percent_off, coupon.amount_off, coupon.currency) == (None, 500, "CHF")
    assert coupon.duration_in_months is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Enter a name."),
        ({"name": "x" * 41}, "Use at most 40 characters."),
        ({"percent_off": ""}, "Enter a percentage above 0 and up to 100."),
        ({"percent_off": "0"}, "Enter a percentage above 0 and up to 100."),
        ({"percent_off": "100.01"}, "Enter a percentage above 0 and up to 100."),
        ({"percent_off": "1.234"}, "Enter a percentage above 0 and up to 100."),
        ({"kind": "amount", "currency": "EUR", "amount_off": "0"}, "Enter an amount above zero."),
        ({"kind": "amount", "currency": "EUR"}, "Enter an amount above zero."),
        ({"kind": "amount", "currency": "EUR", "amount_off": "much"}, "Enter an amount such as"),
        ({"duration": "repeating"}, "Enter for how many months it counts."),
        ({"duration": "repeating", "duration_in_months": "0"}, "between 1 and 120"),
        ({"max_redemptions": "0"}, "between 1 and 999,999"),
        ({"redeem_by": "2026-03-31"}, "Choose a day in the future."),
        ({"redeem_by": "9999-12-31"}, "Enter a date."),
        ({"products": "prod_of_somebody_else"}, "is not a valid choice"),
    ],
)
def test_wrong_input_is_said_and_nothing_is_added(member, wrong, said):
    answer = member.post(URL, data=PERCENT | wrong)

    assert answer.status_code == 422
    assert said in answer.text
    assert not Coupon.select().exists()


def test_a_coupon_is_archived_and_given_again(member, merchant):
    coupon = a_coupon(merchant=merchant)

    member.post(f"{URL}/{coupon.id}/archive")
    assert coupon.reload().is_archived
    assert "its codes are not accepted" in member.get(f"{URL}/{coupon.id}").text

    member.post(f"{URL}/{coupon.id}/archive/deletion")
    assert not coupon.reload().is_archived


def test_a_code_is_added_with_its_conditions(member, merchant):
    coupon, ada = a_coupon(merchant=merchant), a_customer(merchant=merchant)

    member.post(
        f"{URL}/{coupon.id}/promotion-codes",
        data={
            "code": "spring 26",
            "expires_on": "2126-12-31",
            "max_redemptions": "10",
            "minimum_amount": "20.00",
            "is_first_time_only": "1",
            "customer": ada.email.upper(),
        },
    )

    code = PromotionCode.get(PromotionCode.coupon == coupon)
    assert (code.code, code.expires_at) == ("SPRING26", utc(2126, 12, 31, 23))
    assert (code.max_redemptions, code.is_first_time_only, code.customer) == (10, True, ada)
    assert (code.minimum_amount, code.minimum_amount_currency) == (2000, "EUR")
    page = member.get(f"{URL}/{coupon.id}").text
    assert "SPRING26" in page
    assert "First-time customers" in page
    assert "From €20.00" in page


def test_a_code_is_made_up(member, merchant):
    coupon = a_coupon(merchant=merchant)

    member.post(f"{URL}/{coupon.id}/promotion-codes", data={"code": ""})

    assert len(PromotionCode.get(PromotionCode.coupon == coupon).code) == 8


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": "taken"}, "Another code that is accepted says the same."),
        ({"code": "50%"}, "Use 3 to 40 letters"),
        ({"expires_on": "2026-03-31"}, "Choose a day in the future."),
        ({"minimum_amount": "0"}, "Enter an amount above zero."),
        ({"customer": "nobody@example.test"}, "No customer has this address or ID."),
    ],
)
def test_a_wrong_code_is_refused(member, merchant, wrong, said):
    coupon = a_coupon(merchant=merchant)
    a_promotion_code("TAKEN", coupon=coupon)

    answer = member.post(f"{URL}/{coupon.id}/promotion-codes", data={"code": "SPRING"} | wrong)

    assert answer.status_code == 422
    assert said in answer.text
    assert PromotionCode.select().count() == 1


def test_a_code_is_archived_and_accepted_again(member, merchant):
    code = a_promotion_code(merchant=merchant)
    url = f"/dashboard/promotion-codes/{code.id}/archive"

    member.post(url)
    assert code.reload().is_archived

    member.post(f"{url}/deletion")
    assert not code.reload().is_archived


def test_coupons_and_codes_of_another_merchant_are_not_found(member):
    code = a_promotion_code(merchant=a_merchant())

    assert member.get(f"{URL}/{code.coupon_id}").status_code == 404
    assert member.post(f"{URL}/{code.coupon_id}/archive").status_code == 404
    assert member.get(f"{URL}/{code.coupon_id}/promotion-codes/new").status_code == 404
    assert member.post(f"/dashboard/promotion-codes/{code.id}/archive").status_code == 404
    assert not code.coupon.reload().is_archived
