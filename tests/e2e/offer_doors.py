"""What the pages about coupons and offers to stay are about, and how things must stand."""

from collections.abc import Callable, Mapping

from portal.billing import discounts
from portal.billing.coupons import Coupon
from portal.record import now
from portal.selfservice import retention
from portal.selfservice.retention_offers import (
    OfferKind,
    OfferMade,
    OfferTerms,
    RetentionOffer,
)
from tests.e2e.world import World
from tests.factories import a_coupon, a_promotion_code

REASON = "too_expensive"


def some_offers(world: World) -> Coupon:
    """A coupon with a code, given to the customer's other account, and offered to who leaves."""
    coupon = a_coupon(
        merchant=world.merchant,
        name="Spring sale for subscribers of long",
        duration="repeating",
        duration_in_months=3,
        at=world.at,
    )
    a_promotion_code(
        "SPRING-SALE-FOR-EVERYBODY-WHO-CAN-READ",
        coupon=coupon,
        is_first_time_only=True,
        minimum_amount=1000,
        minimum_amount_currency="EUR",
        customer=world.other,
        at=world.at,
    )
    world.configuration.change(at=world.at, makes_offers=True, allows_promotion_codes=True)
    terms = OfferTerms(OfferKind.DISCOUNT, coupon_id=coupon.id)
    RetentionOffer.replace(world.configuration, {REASON: terms}, at=world.at)
    return coupon


def a_discount(world: World, coupon: Coupon) -> str:
    return str(discounts.give(coupon, world.other, at=world.at).id)


def nothing_offered_yet(world: World) -> None:
    for discount in discounts.of_customer(world.customer, now()):
        discounts.take_away(discount, at=now())
    OfferMade.delete().where(OfferMade.customer == world.customer).execute()


def an_open_offer(world: World) -> None:
    nothing_offered_yet(world)
    retention.make(world.subscription, world.configuration, REASON, at=now())


def an_accepted_offer(world: World) -> None:
    an_open_offer(world)
    made = OfferMade.last_of(world.subscription)
    assert made is not None
    retention.accept(made, world.subscription, at=now())


# How things must stand before a page is opened. Called inside `live.data()`.
SCENES: Mapping[str, Callable[[World], None]] = {
    "customer.retention_questions.new": nothing_offered_yet,
    "customer.retention_offers.show": an_open_offer,
    "customer.retention_acceptances.show": an_accepted_offer,
    # With the figures of offers, whose words are the longest there.
    "dashboard.overview.show": an_open_offer,
}
