"""Working out what a change of plan would do, with the functions that then do it."""

from collections.abc import Sequence
from datetime import datetime

from portal.billing import coupon_rules, discounts, promotion_codes
from portal.billing.coupons import Coupon, CouponDuration, Discount
from portal.billing.credit_plans import Destination, has_unanswered, plan_reducing
from portal.billing.credit_rooms import CreditRoom
from portal.billing.customers import Customer
from portal.billing.errors import CurrencyIsFixed, SubscriptionEnded
from portal.billing.estimates import Estimate, estimate
from portal.billing.items import Item
from portal.billing.money import check_quantity
from portal.billing.periods import boundary
from portal.billing.plan_comparison import PlanKind, compare, same_interval
from portal.billing.plan_errors import (
    PlanNotChangeable,
    PlanUnchanged,
    RenewalPending,
    SubscriptionPaused,
    SubscriptionSetToEnd,
)
from portal.billing.plan_lines import rest, unused, waiting_items
from portal.billing.plan_quotes import Course, PlanChange, Timing, Wanted, facts_of
from portal.billing.products import Price
from portal.billing.proration import Proration
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscription_status import SubscriptionStatus as S
from portal.billing.subscriptions import Subscription


def require_changeable(subscription: Subscription, at: datetime) -> None:
    """Whether its plan can be changed at all, whoever asks.

    Not while money is missing: what was not paid for cannot be set off against something
    else. Raises `SubscriptionEnded`, `SubscriptionPaused`, `PlanNotChangeable`,
    `SubscriptionSetToEnd`, `RenewalPending`.
    """
    if not subscription.is_live:
        raise SubscriptionEnded
    if subscription.status == S.PAUSED:
        raise SubscriptionPaused
    if subscription.status not in {S.ACTIVE, S.TRIALING}:
        raise PlanNotChangeable
    if subscription.is_ending or subscription.cancel_at:
        raise SubscriptionSetToEnd
    if at >= subscription.current_period_end:
        raise RenewalPending


def require_fitting(subscription: Subscription, item: SubscriptionItem, wanted: Wanted) -> None:
    """Raises `QuantityOutOfRange`, `PriceNotUsable`, `CurrencyIsFixed`, `PlanUnchanged`."""
    check_quantity(wanted.quantity)
    if wanted.price.id == item.price_id:
        # A price that is sold no longer stays good for those who have it.
        if wanted.quantity == item.quantity and not wanted.promotion_code:
            raise PlanUnchanged
        return
    wanted.price.require_usable_for_subscription()
    if wanted.price.currency != subscription.currency:
        raise CurrencyIsFixed


def work_out(subscription: Subscription, wanted: Wanted, at: datetime) -> PlanChange:
    """What `wanted` would do at `at`. Raises as `plan_changes.preview` does."""
    item = subscription.item
    require_changeable(subscription, at)
    require_fitting(subscription, item, wanted)
    kind = compare(item.price, item.quantity, wanted.price, wanted.quantity)
    return _Work(subscription, item, wanted, kind, at).result()


class _Work:
    """One change being worked out."""

    def __init__(
        self,
        subscription: Subscription,
        item: SubscriptionItem,
        wanted: Wanted,
        kind: PlanKind,
        at: datetime,
    ) -> None:
        self.subscription, self.item, self.wanted, self.at = subscription, item, wanted, at
        self.customer: Customer = subscription.customer
        self.kind = kind
        self.course = _course(subscription, item.price, wanted, kind)
        self.discount = _discount(subscription, self.customer, wanted, at)

    def result(self) -> PlanChange:
        waiting = [Item.waiting(row) for row in waiting_items(self.subscription)]
        prorated = self._prorated()
        at_once = bool(prorated) and self.wanted.proration == Proration.INVOICE_NOW
        bills_now = at_once or self.course == Course.NEW_PERIOD
        now, given_back = self._now([*waiting, *prorated]) if bills_now else (None, ())
        due, to_balance = self._credited(given_back)
        balance = self.customer.balance + to_balance
        used = min(balance, now.total) if now else 0
        upcoming = self._upcoming([] if bills_now else [*waiting, *prorated])
        return PlanChange(
            wanted=self.wanted,
            kind=self.kind,
            course=self.course,
            currency=self.subscription.currency,
            takes_effect_at=self._effect(),
            period_end=self._period_end(),
            now=now,
            upcoming=upcoming,
            prorated=tuple(prorated),
            bills_now=bills_now,
            given_back=given_back,
            credited_to_due=due,
            credited_to_balance=to_balance,
            balance_used=used,
            next_balance_used=min(balance - used, max(upcoming.total, 0)),
            facts=facts_of(self.subscription, self.item, self.wanted, self.at),
        )

    def _effect(self) -> datetime:
        is_later = self.course == Course.LATER
        return self.subscription.current_period_end if is_later else self.at

    def _period_end(self) -> datetime:
        """The end of the period that runs once the change is made."""
        if self.course != Course.NEW_PERIOD:
            return self.subscription.current_period_end
        return self._after(self.at, 1)

    def _after(self, anchor: datetime, index: int) -> datetime:
        price, zone = self.wanted.price, self.subscription.merchant.time_zone
        return boundary(anchor, price.interval, price.interval_count, index, zone)

    def _prorated(self) -> list[Item]:
        """What is given back and what the rest costs."""
        if self.course == Course.LATER or self.wanted.proration == Proration.NONE:
            return []
        if self.subscription.status == S.TRIALING:
            return []
        credit = unused(self.subscription, self.at)
        lines = [credit] if credit else []
        if self.course == Course.SAME_PERIOD:
            wanted = self.wanted
            coupon = self.discount.coupon if self.discount else None
            lines.append(rest(self.subscription, wanted.price, wanted.quantity, coupon, self.at))
        return lines if any(line.amount for line in lines) else []

    def _now(self, items: list[Item]) -> tuple[Estimate | None, tuple[Item, ...]]:
        """The invoice of this moment; and what is credited instead of being set off in it."""
        coupon = None
        if self.course == Course.NEW_PERIOD:
            items = [self._whole(self.at, self._period_end()), *items]
            coupon = self.discount.coupon if self.discount else None
        else:
            items = [item for item in items if item.amount]
        if not items:
            return None, ()
        found = self._estimate(items, self.at, coupon)
        if found.total >= 0:
            return found, ()
        given_back = tuple(item for item in items if item.amount < 0)
        charges = [item for item in items if item.amount >= 0]
        return self._estimate(charges, self.at, coupon) if charges else None, given_back

    def _credited(self, given_back: Sequence[Item]) -> tuple[int, int]:
        """What of it lowers what is due, and what goes to the balance."""
        if not given_back:
            return 0, 0
        room = CreditRoom(self.subscription)
        for item in given_back:
            room.take(item)
        splits = [
            plan_reducing(
                invoice,
                parts,
                Destination.BALANCE,
                reducible=0 if has_unanswered(invoice) else invoice.amount_due,
            ).split
            for invoice, parts in room.taken
        ]
        return sum(each.due_amount for each in splits), sum(each.balance_amount for each in splits)

    def _upcoming(self, waiting: list[Item]) -> Estimate:
        """The next invoice after the change."""
        subscription, wanted = self.subscription, self.wanted
        start = self._period_end()
        if self.course == Course.NEW_PERIOD:
            end = self._after(self.at, 2)
        elif same_interval(self.item.price, wanted.price):
            end = subscription.boundary(subscription.period_index + 2, self.item)
        else:
            end = self._after(start, 1)
        return self._estimate([self._whole(start, end), *waiting], start, self._later_coupon(start))

    def _whole(self, start: datetime, end: datetime) -> Item:
        return Item.of_price(
            self.wanted.price, self.wanted.quantity, period_start=start, period_end=end
        )

    def _later_coupon(self, at: datetime) -> Coupon | None:
        """What reduces the invoice after this one."""
        discount = self.discount
        if discount is None:
            return None
        is_once = discount.coupon.duration == CouponDuration.ONCE
        is_used = is_once and self.course == Course.NEW_PERIOD
        if not is_used and not (discount.ends_at and discount.ends_at <= at):
            return discount.coupon
        # After the subscription's own, the customer's counts.
        after = discounts.in_force([], [self.customer.id], at).of(None, self.customer.id)
        return after.coupon if after and after.id != discount.id else None

    def _estimate(self, items: Sequence[Item], at: datetime, coupon: Coupon | None) -> Estimate:
        subscription = self.subscription
        is_sent = subscription.collection_method == CollectionMethod.SEND_INVOICE
        return estimate(
            self.customer,
            items,
            currency=subscription.currency,
            at=at,
            days_until_due=subscription.days_until_due if is_sent else 0,
            coupon=coupon,
        )


def _course(subscription: Subscription, price: Price, wanted: Wanted, kind: PlanKind) -> Course:
    if subscription.status == S.TRIALING:
        return Course.NEW_PERIOD if wanted.ends_trial else Course.SAME_PERIOD
    is_downgrade = kind == PlanKind.DOWNGRADE
    if wanted.timing == Timing.AT_PERIOD_END or (
        is_downgrade and wanted.timing == Timing.DOWNGRADES_AT_PERIOD_END
    ):
        return Course.LATER
    is_same = same_interval(price, wanted.price)
    return Course.SAME_PERIOD if is_same else Course.NEW_PERIOD


def _discount(
    subscription: Subscription, customer: Customer, wanted: Wanted, at: datetime
) -> Discount | None:
    """The discount in force once the change is made; not saved where a code makes it.

    Raises as `promotion_codes.check` does.
    """
    if code := wanted.promotion_code:
        promotion_codes.check(code, customer, wanted.price, wanted.quantity, at)
        return Discount(coupon=code.coupon, ends_at=coupon_rules.ends_at(code.coupon, at))
    found = discounts.in_force([subscription.id], [customer.id], at)
    return found.of(subscription.id, customer.id)
