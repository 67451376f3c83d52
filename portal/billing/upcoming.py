"""What the next period of a subscription will cost, before it is billed."""

from datetime import datetime

from portal.billing import discounts
from portal.billing.coupons import Discount
from portal.billing.estimates import Estimate, estimate
from portal.billing.items import Item
from portal.billing.periods import boundary
from portal.billing.plan_comparison import same_interval
from portal.billing.plan_lines import waiting_items
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscriptions import Subscription


def upcoming_invoice(
    subscription: Subscription, at: datetime, item: SubscriptionItem | None = None
) -> Estimate | None:
    """The next invoice if nothing changes until then, or None where none will come.

    With what waits for it, the discount in force then, and the plan that takes effect then.
    It is dated by the end of the current period, or by `at` where that has passed and the
    renewal only waits for the billing run. Pass `item` where it is at hand.
    """
    change = ScheduledChange.waiting_of(subscription)
    discount = discounts.of(subscription, at)
    return upcoming_with(subscription, at, item or subscription.item, change, discount)


def upcoming_with(
    subscription: Subscription,
    at: datetime,
    item: SubscriptionItem,
    change: ScheduledChange | None,
    discount: Discount | None,
) -> Estimate | None:
    """The same, where the change that waits and the discount in force were read already."""
    start, ends_at = subscription.current_period_end, subscription.ends_at
    if subscription.status not in Subscription.RUNNING or (ends_at and ends_at <= start):
        return None
    if discount and discount.ends_at and discount.ends_at <= start:
        discount = discounts.of(subscription, start)  # the customer's may follow its own
    on_account = subscription.collection_method == CollectionMethod.SEND_INVOICE
    return estimate(
        subscription.customer,
        [
            _period(subscription, item, change, start),
            *[Item.waiting(row) for row in waiting_items(subscription)],
        ],
        currency=subscription.currency,
        at=max(start, at),
        days_until_due=subscription.days_until_due if on_account else 0,
        coupon=discount.coupon if discount else None,
    )


def _period(
    subscription: Subscription,
    item: SubscriptionItem,
    change: ScheduledChange | None,
    start: datetime,
) -> Item:
    """The period that comes, by the plan that is in force then."""
    price, quantity = (change.price, change.quantity) if change else (item.price, item.quantity)
    if same_interval(price, item.price):
        end = subscription.boundary(subscription.period_index + 2, item)
    else:
        zone = subscription.merchant.time_zone
        end = boundary(start, price.interval, price.interval_count, 1, zone)
    return Item.of_price(price, quantity, period_start=start, period_end=end)
