"""What a change of plan would do, as data: what is shown, signed, and done exactly so."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from portal.billing.coupons import Discount, PromotionCode
from portal.billing.estimates import Estimate
from portal.billing.items import Item
from portal.billing.payment_methods import PaymentMethod
from portal.billing.plan_comparison import PlanKind
from portal.billing.products import Price
from portal.billing.proration import Proration
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscriptions import Subscription

# How long a preview counts (security A5.5).
GOOD_FOR = timedelta(minutes=10)


class Timing(StrEnum):
    """When a change takes effect. Trials are changed at once: nothing was paid for them."""

    AT_ONCE = "at_once"
    DOWNGRADES_AT_PERIOD_END = "downgrades_at_period_end"
    AT_PERIOD_END = "at_period_end"


class Course(StrEnum):
    """What a change does to the period that runs."""

    LATER = "later"
    SAME_PERIOD = "same_period"
    NEW_PERIOD = "new_period"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants, and by which rules. `ends_trial`: a trial ends with the change."""

    price: Price
    quantity: int
    proration: Proration = Proration.NONE
    timing: Timing = Timing.AT_ONCE
    ends_trial: bool = False
    promotion_code: PromotionCode | None = None


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What will happen if `wanted` is confirmed. Amounts in minor units of `currency`.

    `now` is the invoice that is issued at once, `given_back` the lines that become credit notes
    instead where they are worth more than that invoice: they lower what is open first
    (`credited_to_due`), the rest goes to the balance (`credited_to_balance`). `prorated` is
    what is given back and what the rest costs; where `bills_now` is not set it waits for the
    next invoice, `upcoming`.
    """

    wanted: Wanted
    kind: PlanKind
    course: Course
    currency: str
    takes_effect_at: datetime
    period_end: datetime
    now: Estimate | None
    upcoming: Estimate
    prorated: tuple[Item, ...] = ()
    bills_now: bool = False
    given_back: tuple[Item, ...] = ()
    credited_to_due: int = 0
    credited_to_balance: int = 0
    balance_used: int = 0
    next_balance_used: int = 0
    facts: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_at_once(self) -> bool:
        """Not only at the end of the period that is paid for."""
        return self.course != Course.LATER

    @property
    def amount_now(self) -> int:
        """What is to be paid as soon as it is confirmed."""
        return self.now.total - self.balance_used if self.now else 0

    @property
    def amount_next(self) -> int:
        """What the next invoice will ask for, if nothing else happens until then."""
        return max(self.upcoming.total - self.next_balance_used, 0)

    @property
    def next_date(self) -> datetime:
        return self.upcoming.issued_at

    @property
    def fingerprint(self) -> str:
        """A digest of everything that this was made from and of all that it says."""
        said = {
            "facts": self.facts,
            "kind": self.kind,
            "course": self.course,
            "takes_effect_at": self.takes_effect_at.isoformat(),
            "period_end": self.period_end.isoformat(),
            "now": lines_of(self.now),
            "upcoming": lines_of(self.upcoming),
            "given_back": [item.amount for item in self.given_back],
            "credited": [self.credited_to_due, self.credited_to_balance],
            "balance": [self.balance_used, self.next_balance_used],
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def lines_of(estimate: Estimate | None) -> list[list[Any]]:
    """What the lines of an estimate say, as it goes into the fingerprint."""
    if estimate is None:
        return []
    return [
        [line.item.description, line.item.quantity, line.net, line.tax, line.gross, line.tax_rate]
        for line in estimate.lines
    ]


def facts_of(
    subscription: Subscription, item: SubscriptionItem, wanted: Wanted, at: datetime
) -> dict[str, Any]:
    """What must still be so when the change is made."""
    customer = subscription.customer
    discounts = Discount.select(Discount.id).where(
        (Discount.customer == customer) & Discount.ended_at.is_null()
    )
    waiting = ScheduledChange.waiting_of(subscription)
    method = PaymentMethod.default_of(customer)
    code = wanted.promotion_code
    return {
        "at": at.isoformat(),
        "subscription": [subscription.id, subscription.status, subscription.collection_method],
        "period": [
            subscription.period_index,
            subscription.current_period_start.isoformat(),
            subscription.current_period_end.isoformat(),
        ],
        "ending": [subscription.cancel_at_period_end, str(subscription.cancel_at)],
        "plan": [item.price_id, item.quantity],
        "wanted": [wanted.price.id, wanted.quantity, wanted.proration, wanted.timing],
        "ends_trial": wanted.ends_trial,
        "code": code.id if code else "",
        "waiting": waiting.id if waiting else "",
        "discounts": sorted(row.id for row in discounts),
        "balance": customer.balance,
        "method": method.id if method else "",
    }
