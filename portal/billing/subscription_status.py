"""The states of a subscription, and which may follow which."""

from enum import StrEnum


class SubscriptionStatus(StrEnum):
    """INCOMPLETE: its first invoice is unpaid, so that it has not begun. UNPAID: dunning gave up,
    and no period begins until it is paid.
    """

    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELED = "canceled"


S = SubscriptionStatus
# Periods go on.
RUNNING = (S.TRIALING, S.ACTIVE, S.PAST_DUE)
TRANSITIONS: dict[SubscriptionStatus, frozenset[SubscriptionStatus]] = {
    S.INCOMPLETE: frozenset({S.ACTIVE, S.TRIALING, S.INCOMPLETE_EXPIRED, S.CANCELED}),
    S.TRIALING: frozenset({S.ACTIVE, S.PAST_DUE, S.PAUSED, S.CANCELED}),
    S.ACTIVE: frozenset({S.PAST_DUE, S.UNPAID, S.PAUSED, S.CANCELED}),
    S.PAST_DUE: frozenset({S.ACTIVE, S.UNPAID, S.PAUSED, S.CANCELED}),
    S.UNPAID: frozenset({S.ACTIVE, S.PAST_DUE, S.CANCELED}),
    S.PAUSED: frozenset({S.ACTIVE, S.TRIALING, S.CANCELED}),
    S.INCOMPLETE_EXPIRED: frozenset(),
    S.CANCELED: frozenset(),
}


class CollectionMethod(StrEnum):
    CHARGE_AUTOMATICALLY = "charge_automatically"
    SEND_INVOICE = "send_invoice"


class TrialEndAction(StrEnum):
    """What happens to a trial that is over while there is nothing to charge."""

    INVOICE = "create_invoice"
    PAUSE = "pause"
    CANCEL = "cancel"
