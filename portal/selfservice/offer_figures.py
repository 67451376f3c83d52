"""What came of the offers to those who wanted to leave."""

from datetime import datetime, timedelta
from typing import NamedTuple

from peewee import Case, fn

from portal.billing.merchants import Merchant
from portal.selfservice.retention_offers import OfferKind, OfferMade

RECENT = timedelta(days=30)


class Outcome(NamedTuple):
    """Offers of one kind: how many were made, and what was said to them.

    The rest had no answer. What was accepted and undone by the customer counts as declined.
    """

    kind: OfferKind
    made: int
    accepted: int
    declined: int


def outcomes_by_kind(merchant: Merchant, at: datetime) -> list[Outcome]:
    """Of the last 30 days; kinds of which none was made are left out."""
    is_kept = OfferMade.accepted_at.is_null(False) & OfferMade.taken_back_at.is_null()
    is_declined = OfferMade.declined_at.is_null(False) | OfferMade.taken_back_at.is_null(False)
    query = (
        OfferMade.select(
            OfferMade.kind,
            fn.COUNT(OfferMade.id),
            fn.SUM(Case(None, [(is_kept, 1)], 0)),
            fn.SUM(Case(None, [(is_declined, 1)], 0)),
        )
        .where((OfferMade.merchant == merchant) & (OfferMade.created_at > at - RECENT))
        .group_by(OfferMade.kind)
        .order_by(OfferMade.kind)
        .tuples()
    )
    return [Outcome._make(row) for row in query]
