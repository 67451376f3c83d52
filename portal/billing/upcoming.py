"""What the next period of a subscription will cost, before it is billed."""

from datetime import datetime

from portal.billing.estimates import Estimate, estimate
from portal.billing.invoicing import Item
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscriptions import Subscription


def upcoming_invoice(
    subscription: Subscription, at: datetime, item: SubscriptionItem | None = None
) -> Estimate | None:
    """The next invoice if nothing changes until then, or None where none will come.

    It is dated by the end of the current period, or by `at` where that has passed and
    the renewal only waits for the billing run. Pass `item` where it is at hand.
    """
    if subscription.status not in Subscription.RUNNING or subscription.is_ending:
        return None
    item = item or subscription.item
    start = subscription.current_period_end
    end = subscription.boundary(subscription.period_index + 2, item)
    on_account = subscription.collection_method == CollectionMethod.SEND_INVOICE
    return estimate(
        subscription.customer,
        [Item.of_price(item.price, item.quantity, period_start=start, period_end=end)],
        currency=subscription.currency,
        at=max(start, at),
        days_until_due=subscription.days_until_due if on_account else 0,
    )
