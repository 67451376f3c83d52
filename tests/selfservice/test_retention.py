"""Who is offered what before they leave, once, and what comes of it."""

from datetime import timedelta

import pytest

from portal.billing import discounts, pausing
from portal.billing.coupons import Discount
from portal.billing.events import Event
from portal.billing.scheduled_changes import ScheduledChange
from portal.selfservice import retention
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.retention_offers import (
    OfferKind,
    OfferMade,
    OfferTerms,
    RetentionOffer,
)
from tests.factories import NOW, a_coupon, a_customer, a_price, a_product, a_subscription

LATER = NOW + timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def subscription(db):
    return a_subscription()


@pytest.fixture
def configuration(subscription):
    found = PortalConfiguration.default_of(subscription.merchant)
    found.change(at=NOW, makes_offers=True, offer_months=6)
    return found


@pytest.fixture
def coupon(subscription):
    return a_coupon(merchant=subscription.merchant, duration="forever")


@pytest.fixture
def cheaper(subscription):
    product = a_product(merchant=subscription.merchant, name="Small")
    return a_price(product=product, unit_amount=999)


@pytest.fixture
def offers(configuration, coupon, cheaper):
    RetentionOffer.replace(
        configuration,
        {
            "too_expensive": OfferTerms(OfferKind.DISCOUNT, coupon_id=coupon.id),
            "unused": OfferTerms(OfferKind.PAUSE, pause_months=2),
            "too_complex": OfferTerms(OfferKind.CHEAPER_PLAN, price_id=cheaper.id),
        },
        at=NOW,
    )
    return RetentionOffer.by_reason(configuration)


def make(subscription, configuration, reason, at=LATER):
    return retention.make(subscription, configuration, reason, at=at)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [("too_expensive", "discount"), ("unused", "pause"), ("too_complex", "cheaper_plan")],
)
def test_the_reason_decides_which_offer_is_made(subscription, configuration, offers, reason, kind):
    made = make(subscription, configuration, reason)

    assert (made.kind, made.reason, made.customer) == (kind, reason, subscription.customer)
    assert retention.open_offer(subscription, configuration, LATER) == made
    assert Event.get(Event.type == "retention_offer.made").data["kind"] == kind


def test_other_reasons_lead_to_no_offer(subscription, configuration, offers):
    assert make(subscription, configuration, "other") is None
    assert not OfferMade.select().exists()


def test_nothing_is_asked_where_no_offer_is_set(subscription, configuration):
    assert not retention.may_ask(subscription, configuration, LATER)


@pytest.mark.parametrize("option", ["makes_offers", "allows_cancellation"])
def test_nothing_is_asked_or_made_where_it_is_switched_off(
    subscription, configuration, offers, option
):
    configuration.change(at=NOW, **{option: False})

    assert not retention.may_ask(subscription, configuration, LATER)
    assert make(subscription, configuration, "unused") is None


def test_an_offer_is_made_once_in_so_many_months(subscription, configuration, offers):
    other = a_subscription(customer=subscription.customer)
    made = make(subscription, configuration, "unused")
    retention.decline(made, at=LATER)

    assert make(other, configuration, "unused", LATER + MINUTE) is None
    # Six months on the merchant's calendar, where summer time began meanwhile.
    free_again = LATER.replace(month=9, hour=8)
    subscription.current_period_end = free_again + timedelta(days=9)
    subscription.save()
    assert make(subscription, configuration, "unused", free_again - MINUTE) is None
    assert make(subscription, configuration, "unused", free_again)


def test_another_customer_is_made_an_offer_of_their_own(subscription, configuration, offers):
    make(subscription, configuration, "unused")
    other = a_subscription(customer=a_customer(merchant=subscription.merchant))

    assert make(other, configuration, "unused")


def test_an_offer_that_could_not_be_accepted_is_not_made(
    subscription, configuration, offers, coupon, cheaper
):
    coupon.archive(at=NOW)
    cheaper.update(archived_at=NOW).execute()

    assert make(subscription, configuration, "too_expensive") is None
    assert make(subscription, configuration, "too_complex") is None
    assert make(subscription, configuration, "unused")


def test_a_plan_that_is_not_cheaper_is_no_offer(subscription, configuration, offers, cheaper):
    subscription.items.first().delete_instance()
    dear = a_subscription(
        customer=a_customer(merchant=subscription.merchant),
        price=a_price(merchant=subscription.merchant, unit_amount=500),
    )

    assert make(dear, configuration, "too_complex") is None


def test_who_has_a_discount_is_not_offered_another(subscription, configuration, offers, coupon):
    discounts.give(coupon, subscription.customer, at=NOW)

    assert make(subscription, configuration, "too_expensive") is None


def test_accepting_a_discount_gives_it(subscription, configuration, offers, coupon):
    made = make(subscription, configuration, "too_expensive")

    retention.accept(made, subscription, at=LATER)

    discount = Discount.get()
    assert (discount.coupon, discount.subscription) == (coupon, subscription)
    assert discount.source == "retention_offer"
    assert made.reload().is_kept
    assert retention.can_be_taken_back(made, subscription, LATER)

    retention.take_back(made, subscription, at=LATER + MINUTE)

    assert discount.reload().ended_at == LATER + MINUTE
    assert not made.is_kept


def test_accepting_a_pause_pauses(subscription, configuration, offers):
    made = make(subscription, configuration, "unused")

    retention.accept(made, subscription, at=LATER)

    assert subscription.reload().status == "paused"
    assert subscription.resumes_at == pausing.pause_end(subscription, 2, LATER)

    retention.take_back(made, subscription, at=LATER + MINUTE)
    assert subscription.reload().status == "active"


def test_accepting_a_plan_lets_it_wait_for_the_end_of_the_period(
    subscription, configuration, offers, cheaper
):
    made = make(subscription, configuration, "too_complex")
    shown = retention.shown_of(retention.cheaper_plan(made.offer, subscription, LATER))

    retention.accept(made, subscription, at=LATER + MINUTE, shown=shown)

    waiting = ScheduledChange.waiting_of(subscription)
    assert (waiting.price, waiting.takes_effect_at) == (cheaper, subscription.current_period_end)
    assert subscription.invoices.count() == 1

    retention.take_back(made, subscription, at=LATER + 2 * MINUTE)
    assert ScheduledChange.waiting_of(subscription) is None


def test_a_plan_that_would_do_something_else_than_was_shown_is_not_changed(
    subscription, configuration, offers
):
    made = make(subscription, configuration, "too_complex")

    with pytest.raises(retention.OfferChanged):
        retention.accept(made, subscription, at=LATER, shown="something else")

    assert made.reload().is_open
    assert ScheduledChange.waiting_of(subscription) is None


def test_an_offer_is_answered_once(subscription, configuration, offers):
    made = make(subscription, configuration, "unused")
    retention.decline(made, at=LATER)
    retention.decline(made, at=LATER + MINUTE)

    assert made.reload().declined_at == LATER
    with pytest.raises(retention.OfferOver):
        retention.accept(made, subscription, at=LATER)
    with pytest.raises(retention.OfferOver):
        retention.take_back(made, subscription, at=LATER)


def test_an_offer_that_lies_for_a_day_is_over(subscription, configuration, offers):
    made = make(subscription, configuration, "unused")
    tomorrow = LATER + timedelta(days=1)

    assert retention.open_offer(subscription, configuration, tomorrow - MINUTE) == made
    assert retention.open_offer(subscription, configuration, tomorrow) is None
    with pytest.raises(retention.OfferOver):
        retention.accept(made, subscription, at=tomorrow)


def test_an_offer_that_the_merchant_changed_meanwhile_is_over(subscription, configuration, offers):
    made = make(subscription, configuration, "unused")

    terms = OfferTerms(OfferKind.PAUSE, pause_months=3)
    RetentionOffer.replace(configuration, {"unused": terms}, at=LATER)

    with pytest.raises(retention.OfferOver):
        retention.accept(made, subscription, at=LATER)
    assert retention.open_offer(subscription, configuration, LATER) is None


def test_offers_that_stay_the_same_stay_open(subscription, configuration, offers):
    made = make(subscription, configuration, "unused")

    same = {"unused": OfferTerms(OfferKind.PAUSE, pause_months=2)}
    RetentionOffer.replace(configuration, same, at=LATER)

    assert list(RetentionOffer.by_reason(configuration)) == ["unused"]
    retention.accept(made, subscription, at=LATER)
    assert made.is_kept


def test_what_is_set_to_end_is_offered_nothing(subscription, configuration, offers):
    subscription.cancel(at=NOW)

    assert not retention.may_ask(subscription, configuration, LATER)
    assert make(subscription, configuration, "unused") is None
