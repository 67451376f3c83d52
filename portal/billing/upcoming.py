"""What the next period of a subscription will cost, before it is billed."""

from datetime import datetime

from portal.billing import discounts
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
    return upcoming_with(subscription, at, item or subscription.item, change)


def upcoming_with(
    subscription: Subscription,
    at: datetime,
    item: SubscriptionItem,
    change: ScheduledChange | None,
) -> Estimate | None:
    """The same, where what waits to be changed was read already."""
    if subscription.status not in Subscription.RUNNING or subscription.is_ending:
        return None
    start = subscription.current_period_end
    found = discounts.in_force([subscription.id], [subscription.customer_id], start)
    discount = found.of(subscription.id, subscription.customer_id)
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
