"""One optional question before the confirmation, one offer, and no detours."""

from datetime import timedelta

import pytest

from portal.billing.coupons import Discount
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_items import SubscriptionItem
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.retention_offers import (
    OfferKind,
    OfferMade,
    OfferTerms,
    RetentionOffer,
)
from tests.factories import a_coupon, a_price, a_product, a_subscription


@pytest.fixture
def subscription(app):
    return a_subscription(at=now() - timedelta(days=2))


@pytest.fixture
def ada(subscription, sign_in):
    return sign_in(subscription.customer)


@pytest.fixture
def url(subscription):
    return f"/p/subscriptions/{subscription.id}/cancellation"


@pytest.fixture
def offers(subscription):
    merchant = subscription.merchant
    configuration = PortalConfiguration.default_of(merchant)
    configuration.change(at=now(), makes_offers=True, own_reasons=["Moving away"])
    small = a_price(product=a_product(merchant=merchant, name="Small"), unit_amount=999)
    coupon = a_coupon(merchant=merchant, duration="repeating", duration_in_months=3)
    RetentionOffer.replace(
        configuration,
        {
            "too_expensive": OfferTerms(OfferKind.DISCOUNT, coupon_id=coupon.id),
            "unused": OfferTerms(OfferKind.PAUSE, pause_months=2),
            "too_complex": OfferTerms(OfferKind.CHEAPER_PLAN, price_id=small.id),
        },
        at=now(),
    )
    return configuration


def follow(client, answer):
    assert answer.status_code == 303, answer.status_code
    return client.get(answer.location)


def test_without_offers_canceling_begins_with_the_confirmation(ada, url):
    assert "Cancel subscription" in ada.get(f"{url}/new").text
    assert ada.get(f"{url}/question").status_code == 403


def test_with_offers_one_question_comes_first_and_is_skipped_as_easily(ada, url, offers):
    page = follow(ada, ada.get(f"{url}/new")).text

    assert "You need not answer it." in page
    assert "Moving away" in page
    assert '<button class="button button--plain"' in page
    assert f'<a class="button button--plain" href="{url}/new?asked=yes">Skip</a>' in page


def test_skipping_leads_straight_to_the_confirmation_and_is_not_made_up_for(
    ada, url, offers, subscription
):
    page = ada.get(f"{url}/new?asked=yes").text
    assert "Keep subscription" in page

    confirmation = follow(ada, ada.post(url, data={"asked": "yes"})).text

    assert subscription.reload().is_ending
    assert "Why did you cancel?" not in confirmation


@pytest.mark.parametrize("given", [{}, {"reason": "other"}, {"reason": "Moving away"}])
def test_no_answer_and_reasons_without_an_offer_lead_to_the_confirmation(ada, url, offers, given):
    page = follow(ada, ada.post(f"{url}/question", data=given)).text

    assert "Keep subscription" in page
    assert not OfferMade.select().exists()


def test_a_reason_that_is_none_is_refused(ada, url, offers):
    assert ada.post(f"{url}/question", data={"reason": "boredom"}).status_code == 422


def test_the_reason_given_before_is_kept_and_not_asked_again(ada, url, offers, subscription):
    ada.get(ada.post(f"{url}/question", data={"reason": "Moving away"}).location)

    page = follow(ada, ada.post(url, data={"asked": "yes", "reason": "Moving away"})).text

    assert subscription.reload().cancellation_reason == "Moving away"
    assert "Why did you cancel?" not in page


def test_a_made_up_reason_is_not_stored(ada, url, offers, subscription):
    ada.post(url, data={"asked": "yes", "reason": "boredom"})

    assert subscription.reload().is_ending
    assert subscription.cancellation_reason == ""


def test_a_discount_is_shown_accepted_and_given_back(ada, url, offers, subscription):
    page = follow(ada, ada.post(f"{url}/question", data={"reason": "too_expensive"})).text
    assert "Stay, and pay less" in page
    assert "20% off for 3 months" in page
    assert "would be €15.99 instead of €19.99" in page

    page = follow(ada, ada.post(f"{url}/offer/acceptance")).text

    assert "Your discount counts" in page
    assert "20% off until" in page
    assert not subscription.reload().canceled_at
    overview = ada.get(f"/p/subscriptions/{subscription.id}").text
    assert "20% off until" in overview

    page = follow(ada, ada.post(f"{url}/offer/acceptance/deletion")).text
    assert "as it was before" in page
    assert Discount.get().ended_at


def test_a_pause_is_shown_and_accepted(ada, url, offers, subscription):
    page = follow(ada, ada.post(f"{url}/question", data={"reason": "unused"})).text
    assert "Pause Newsletter for 2 months" in page

    page = follow(ada, ada.post(f"{url}/offer/acceptance")).text

    assert "Your subscription is paused" in page
    assert subscription.reload().status == "paused"


def test_a_cheaper_plan_is_shown_and_waits_for_the_end_of_the_period(
    ada, url, offers, subscription
):
    answer = follow(ada, ada.post(f"{url}/question", data={"reason": "too_complex"}))
    assert "Small is €9.99 per month, incl. VAT." in answer.text
    shown = answer.text.partition('name="shown" value="')[2].partition('"')[0]

    page = follow(ada, ada.post(f"{url}/offer/acceptance", data={"shown": shown})).text

    assert "Then Small begins: €9.99 per month, incl. VAT." in page
    assert ScheduledChange.waiting_of(subscription)


def test_a_cheaper_plan_of_several_units_says_what_all_of_them_cost(ada, url, offers, subscription):
    SubscriptionItem.update(quantity=3).where(
        SubscriptionItem.subscription == subscription
    ).execute()
    answer = follow(ada, ada.post(f"{url}/question", data={"reason": "too_complex"}))
    assert "Small · 3 units · €29.97 per month." in answer.text
    assert "Small is €9.99 per month" not in answer.text
    shown = answer.text.partition('name="shown" value="')[2].partition('"')[0]

    page = follow(ada, ada.post(f"{url}/offer/acceptance", data={"shown": shown})).text

    assert "Then Small begins: 3 units · €29.97 per month." in page


def test_a_plan_that_changed_meanwhile_is_shown_again(ada, url, offers, subscription):
    ada.post(f"{url}/question", data={"reason": "too_complex"})

    answer = ada.post(f"{url}/offer/acceptance", data={"shown": "another day"})

    assert answer.status_code == 409
    assert "Please look at the offer again." in answer.text
    assert not ScheduledChange.waiting_of(subscription)


def test_declining_goes_straight_to_the_confirmation_and_no_offer_comes_again(
    ada, url, offers, subscription
):
    ada.post(f"{url}/question", data={"reason": "unused"})

    page = follow(ada, ada.post(f"{url}/offer/refusal")).text

    assert "Keep subscription" in page
    assert 'name="reason" value="unused"' in page
    assert OfferMade.get().declined_at
    assert "Keep subscription" in ada.get(f"{url}/new").text
    again = ada.post(f"{url}/question", data={"reason": "unused"})
    assert "Keep subscription" in follow(ada, again).text
    assert OfferMade.select().count() == 1


def test_accepting_twice_gives_once(ada, url, offers):
    ada.post(f"{url}/question", data={"reason": "too_expensive"})
    ada.post(f"{url}/offer/acceptance")

    page = follow(ada, ada.post(f"{url}/offer/acceptance")).text

    assert "Your discount counts" in page
    assert Discount.select().count() == 1


def test_what_is_switched_off_is_refused_on_the_server(ada, url, offers, subscription):
    ada.post(f"{url}/question", data={"reason": "too_expensive"})
    offers.change(at=now(), makes_offers=False)

    assert ada.get(f"{url}/question").status_code == 403
    assert ada.post(f"{url}/question", data={"reason": "unused"}).status_code == 403
    assert ada.get(f"{url}/offer").status_code == 403
    assert ada.post(f"{url}/offer/acceptance").status_code == 403
    assert ada.post(f"{url}/offer/refusal").status_code == 403
    assert not Discount.select().exists()


def test_without_an_offer_its_page_leads_to_the_confirmation(ada, url, offers):
    assert "Keep subscription" in follow(ada, ada.get(f"{url}/offer")).text
    assert follow(ada, ada.get(f"{url}/offer/acceptance")).status_code == 200
    assert follow(ada, ada.post(f"{url}/offer/refusal")).status_code == 200
    assert follow(ada, ada.post(f"{url}/offer/acceptance/deletion")).status_code == 200


def test_the_offer_of_somebody_else_is_not_found(ada, offers):
    other = a_subscription(at=now())
    url = f"/p/subscriptions/{other.id}/cancellation"

    for what in ("question", "offer", "offer/acceptance"):
        assert ada.get(f"{url}/{what}").status_code == 404
    for what in ("question", "offer/acceptance", "offer/refusal", "offer/acceptance/deletion"):
        assert ada.post(f"{url}/{what}").status_code == 404
