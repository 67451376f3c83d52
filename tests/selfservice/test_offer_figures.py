from datetime import timedelta

from portal.selfservice.offer_figures import outcomes_by_kind
from portal.selfservice.retention_offers import OfferKind, OfferMade
from tests.factories import NOW, a_subscription


def made(subscription, kind, **given):
    return OfferMade.create(
        **{
            "merchant": subscription.merchant_id,
            "customer": subscription.customer_id,
            "subscription": subscription,
            "reason": "unused",
            "kind": kind,
            "created_at": NOW,
        }
        | given
    )


def test_offers_are_counted_by_kind_and_answer(db):
    subscription, other = a_subscription(), a_subscription()
    made(subscription, OfferKind.PAUSE)
    made(subscription, OfferKind.PAUSE, accepted_at=NOW)
    made(subscription, OfferKind.PAUSE, accepted_at=NOW, taken_back_at=NOW)
    made(subscription, OfferKind.DISCOUNT, declined_at=NOW)
    made(subscription, OfferKind.DISCOUNT, created_at=NOW - timedelta(days=30))
    made(other, OfferKind.CHEAPER_PLAN)

    assert outcomes_by_kind(subscription.merchant, NOW) == [
        (OfferKind.DISCOUNT, 1, 0, 1),
        (OfferKind.PAUSE, 3, 1, 1),
    ]
