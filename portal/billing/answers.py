"""What an answer of a provider means for a payment: which status may follow, and what is kept."""

from datetime import datetime, timedelta

from portal.billing.gateway import UNANSWERED, Charge, PaymentStatus
from portal.billing.inquiries import ANSWERED, DAY
from portal.billing.payments import Payment

P = PaymentStatus
_UNDECIDED = frozenset({P.PENDING, P.REQUIRES_ACTION, P.UNKNOWN, P.SUCCEEDED, P.FAILED})
# Terminal are `failed` and `returned`. What contradicts them is for a person to judge.
TRANSITIONS: dict[PaymentStatus, frozenset[PaymentStatus]] = {
    P.PENDING: _UNDECIDED,
    P.REQUIRES_ACTION: _UNDECIDED,
    P.UNKNOWN: _UNDECIDED,
    P.SUCCEEDED: frozenset({P.RETURNED}),
    P.FAILED: frozenset(),
    P.RETURNED: frozenset(),
}
# A provider that says it is on its way is asked on, daily. A direct debit may be announced 28
# days ahead, waits for a business day, and comes back within five of them or is reported late.
LONGEST_PENDING = timedelta(days=60)
# The columns of an answer, all of them, in the order in which they are written.
COLUMNS = (
    *("status", "reference", "failure_reason", "action_url", "settled_at"),
    *("ask_next_at", "needs_review_at", "review_reason"),
)


def is_of(payment: Payment, charge: Charge) -> bool:
    """Whether what the provider took is what was asked for, as far as it says so."""
    return charge.amount in {None, payment.amount} and (
        charge.currency is None or charge.currency.upper() == payment.currency
    )


def take_over(payment: Payment, charge: Charge, at: datetime) -> None:
    """The columns of `COLUMNS` as the answer has them; not saved. Its row is held."""
    # The bank took it back before anybody had heard that it came.
    payment.status = P.FAILED if charge.status == P.RETURNED else charge.status
    payment.reference = charge.reference or payment.reference
    payment.failure_reason, payment.action_url = charge.reason, charge.action_url
    if payment.status not in UNANSWERED:
        payment.settled_at, payment.review_reason = at, ""
        payment.ask_next_at, payment.needs_review_at = ANSWERED["ask_next_at"], None
    elif payment.status == P.PENDING and _is_on_its_way(payment, at):
        payment.ask_next_at, payment.needs_review_at = at + DAY, None


def save_all(payments: list[Payment], before: list[PaymentStatus]) -> None:
    """Write what was taken over, where the status is still the one from `before`."""
    guards = [{"status": status} for status in before]
    if Payment.save_many(payments, COLUMNS, guards) != len(payments):
        raise RuntimeError("a payment was settled meanwhile, though it was held")


def _is_on_its_way(payment: Payment, at: datetime) -> bool:
    """Whether nobody has to look at it yet, though all questions were asked."""
    was_asked_out = payment.needs_review_at and not payment.review_reason
    return bool(was_asked_out) and at - payment.created_at < LONGEST_PENDING
