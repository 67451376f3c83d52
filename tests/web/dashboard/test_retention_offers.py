"""Offers by reason, as the merchant sets them."""

import pytest

from portal.record import now
from portal.selfservice.configurations import REASONS, PortalConfiguration
from portal.selfservice.retention_offers import OfferKind, RetentionOffer
from tests.factories import a_coupon, a_merchant, a_price, a_user

URL = "/dashboard/portal/offers"


@pytest.fixture
def merchant(db):
    return a_merchant()


@pytest.fixture
def configuration(merchant):
    return PortalConfiguration.default_of(merchant)


@pytest.fixture
def member(staff, merchant):
    return staff(a_user(merchant=merchant))


def test_offers_are_saved_by_reason_and_shown_again(member, merchant, configuration):
    coupon, price = a_coupon(merchant=merchant), a_price(merchant=merchant)
    given = {
        "makes_offers": "1",
        "offer_months": "4",
        "offer_0": f"discount:{coupon.id}",
        "offer_1": "pause:3",
        "offer_2": f"cheaper_plan:{price.id}",
    }

    answer = member.post(URL, data=given)

    assert answer.status_code == 303
    assert configuration.reload().makes_offers
    assert configuration.reload().offer_months == 4
    offers = RetentionOffer.by_reason(configuration)
    assert list(offers) == list(REASONS[:3])
    assert offers[REASONS[0]].coupon == coupon
    assert offers[REASONS[1]].pause_months == 3
    assert (offers[REASONS[2]].kind, offers[REASONS[2]].price) == (OfferKind.CHEAPER_PLAN, price)
    page = member.get(URL).text
    for name in ("offer_0", "offer_1", "offer_2"):
        assert f'selected value="{given[name]}"' in page


def test_what_is_chosen_no_longer_is_offered_no_longer(member, configuration):
    member.post(URL, data={"makes_offers": "1", "offer_months": "6", "offer_1": "pause:3"})

    member.post(URL, data={"offer_months": "6"})

    assert not configuration.reload().makes_offers
    assert RetentionOffer.by_reason(configuration) == {}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"makes_offers": "1", "offer_months": "6"}, "Choose an offer for at least one reason"),
        ({"offer_months": "0"}, "Enter a number between 1 and 36."),
        ({"offer_months": ""}, "Enter a number between 1 and 36."),
        ({"offer_months": "6", "offer_0": "pause:99"}, "Not a valid choice."),
        ({"offer_months": "6", "offer_0": "discount:coup_other"}, "Not a valid choice."),
    ],
)
def test_wrong_input_is_said_and_nothing_is_saved(member, configuration, given, said):
    answer = member.post(URL, data=given)

    assert answer.status_code == 422
    assert said in answer.text
    assert not configuration.reload().makes_offers


def test_coupons_and_prices_of_others_cannot_be_offered(member, configuration):
    coupon, price = a_coupon(), a_price()

    for value in (f"discount:{coupon.id}", f"cheaper_plan:{price.id}"):
        answer = member.post(URL, data={"offer_months": "6", "offer_0": value})
        assert answer.status_code == 422


def test_a_coupon_that_is_archived_but_offered_stays_chosen(member, merchant, configuration):
    coupon = a_coupon(merchant=merchant)
    given = {"makes_offers": "1", "offer_months": "6", "offer_0": f"discount:{coupon.id}"}
    member.post(URL, data=given)
    coupon.archive(at=now())

    assert f'selected value="discount:{coupon.id}"' in member.get(URL).text
    assert member.post(URL, data=given).status_code == 303


def test_without_reasons_the_page_says_what_to_do_first(member, configuration):
    configuration.change(at=now(), reasons=[], own_reasons=[])

    assert "There are no reasons to choose from" in member.get(URL).text
