"""Why a change of plan, a pause or a new beginning is refused."""

from portal.billing.errors import BillingError


class PlanUnchanged(BillingError):
    """That price and quantity are what the subscription has already."""

    code = "plan_unchanged"


class PlanNotChangeable(BillingError):
    """Not while money is missing: the first payment, or one that failed."""

    code = "plan_not_changeable"


class SubscriptionSetToEnd(BillingError):
    """It was canceled: take that back first."""

    code = "subscription_set_to_end"


class SubscriptionPaused(BillingError):
    """Resume it first."""

    code = "subscription_paused"


class SubscriptionNotPaused(BillingError):
    code = "subscription_not_paused"


class RenewalPending(BillingError):
    """Its period is over and the billing run has not come by yet."""

    code = "renewal_pending"


class QuoteOutdated(BillingError):
    """What the preview was made from has changed, or it is too old: show a new one."""

    code = "quote_outdated"


class NothingScheduled(BillingError):
    """No change of plan waits: it was made, withdrawn, or there was none."""

    code = "nothing_scheduled"


class QuantityNotOffered(BillingError):
    """Outside the limits of the product. Details: `least`, `most`."""

    code = "quantity_not_offered"


class PauseTooLong(BillingError):
    """Not a duration that may be chosen; three years at most."""

    code = "pause_too_long"


class AlreadySubscribed(BillingError):
    """A subscription to the same product runs already."""

    code = "already_subscribed"


class SubscriptionNotEnded(BillingError):
    """Only what has ended can be begun again."""

    code = "subscription_not_ended"
