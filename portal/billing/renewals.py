"""Beginning what is due of subscriptions that are held: one of them, or many at once.

The same code renews a single subscription and a batch. What happens to most of them, a new
period with its invoice, is computed in memory and written with a few statements; what is
rare is left to the rule of a single subscription.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from peewee import OperationalError

from portal.billing import dunning, renewal_turns
from portal.billing.drafts import Draft
from portal.billing.errors import SubscriptionEnded
from portal.billing.events import Event
from portal.billing.invoices import Invoice
from portal.billing.invoicing import draft_period, write_down
from portal.billing.next_actions import next_action, remind_at
from portal.billing.payments import Payment
from portal.billing.plan_changes import apply_waiting
from portal.billing.renewal_batches import OF_A_PERIOD, Batch
from portal.billing.subscription_status import CollectionMethod, S
from portal.billing.subscriptions import Subscription
from portal.database import write

# What was missed while nothing ran is caught up in small steps, oldest period first.
MOST_PERIODS = 3
MOVED = (
    *("status", "period_index", "current_period_start", "current_period_end"),
    *("anchor_at", "anchor_index", "next_action_at", "remind_at"),
    *("invoices_today", "invoices_since"),
)
At = Callable[[Subscription], datetime]


@dataclass
class Begun:
    """What was begun for a batch: steps taken, payments to ask for, what went wrong.

    `is_behind` where more is due that the next run may do.
    """

    steps: int = 0
    is_behind: bool = False
    payments: list[Payment] = field(default_factory=list)
    failures: dict[str, Exception] = field(default_factory=dict)


@dataclass
class _Step:
    """A period that began, with its invoice unless that was there already."""

    happened: Event
    draft: Draft | None


@dataclass
class _Course:
    """What is to be written of one subscription."""

    subscription: Subscription
    index_before: int
    steps: list[_Step] = field(default_factory=list)


def begin(
    subscriptions: Sequence[Subscription],
    at: At,
    *,
    collects: bool = True,
    most: int = MOST_PERIODS,
    real: Callable[[Subscription], datetime | None] = lambda _: None,
) -> Begun:
    """Begin what is due, `most` steps each. Inside a transaction that holds their rows.

    `at` says what time it is for a subscription. With `collects`, a payment is written down
    for each invoice that can be charged, to be asked for after the transaction. `real` is
    the real time of those for whom the safety bound is to be kept. A subscription that cannot
    be renewed is among `failures`, and nothing was written of it.
    """
    begun, courses = Begun(), []
    batch = Batch.of(subscriptions)
    for subscription in subscriptions:
        course = _Course(subscription, subscription.period_index)
        before = dict(subscription.__data__)
        try:
            with _saved(subscription, batch):
                steps = _plan(course, batch, at(subscription), most, real(subscription))
        except OperationalError:
            raise  # the whole batch met a conflict, or the database is away
        except Exception as error:  # noqa: BLE001 - one's trouble is not another's
            subscription.__data__.update(before)
            begun.failures[subscription.id] = error
        else:
            courses.append(course)
            begun.steps += steps
            begun.is_behind |= bool(steps) and _is_due(subscription, at(subscription))
    _write(courses, begun, at, collects=collects)
    return begun


def renew(subscription: Subscription, *, at: datetime) -> bool:
    """One step of one subscription: the next period with its invoice, or its end.

    Nothing is charged. True if anything happened. Raises `SubscriptionEnded`.
    """
    with write():
        subscription.refresh()
        if not subscription.is_live:
            raise SubscriptionEnded
        if subscription.next_action_at is None or subscription.next_action_at > at:
            return False
        begun = begin([subscription], lambda _: at, collects=False, most=1)
        for error in begun.failures.values():
            raise error
    return bool(begun.steps)


def _saved(subscription: Subscription, batch: Batch) -> AbstractContextManager[None]:
    """A savepoint for those of whom something is written before all is computed."""
    is_plain = subscription.status in Subscription.RUNNING and not subscription.ends_at
    return nullcontext() if is_plain and subscription.id not in batch.changes else write()


def _plan(course: _Course, batch: Batch, at: datetime, most: int, real: datetime | None) -> int:
    """The steps of one subscription that are due at `at`; answers how many there were."""
    subscription, steps = course.subscription, 0
    while steps < most and _is_due(subscription, at):
        turn = renewal_turns.of(subscription, batch.payer_of(subscription), at, real)
        if turn:
            batch.hold_merchants()
            # The rule reads and saves the row: what was computed must be there before.
            if not course.steps and turn(subscription) is not False:
                steps += 1
            return steps
        course.steps.append(_next_period(subscription, batch, at))
        if real:
            renewal_turns.count(subscription, real)
        steps += 1
    return steps


def _is_due(subscription: Subscription, at: datetime) -> bool:
    moment = next_action(subscription)
    return moment is not None and moment <= at


def _next_period(subscription: Subscription, batch: Batch, at: datetime) -> _Step:
    """The period after the current one, dated by its own beginning."""
    began = subscription.current_period_end
    change = batch.changes.get(subscription.id)
    if change and change.takes_effect_at <= began and apply_waiting(subscription, at=began):
        batch.change_plan(subscription)
    item = batch.items[subscription.id]
    subscription.period_index += 1
    subscription.current_period_start = began
    subscription.current_period_end = subscription.boundary(subscription.period_index + 1, item)
    if subscription.status == S.TRIALING:
        subscription.become(S.ACTIVE)
    happened = subscription.event("customer.subscription.renewed", began)
    if (subscription.id, subscription.period_index) in batch.billed:
        return _Step(happened, None)
    draft = draft_period(
        subscription,
        item,
        batch.payer_of(subscription),
        reason=OF_A_PERIOD,
        at=began,
        comes_at=at,
        waiting=batch.waiting.pop(subscription.id, ()),
        discount=batch.discounts.of(subscription, began),
    )
    if draft.discount:
        batch.discounts.use(draft.discount)
    return _Step(happened, draft)


def _write(courses: Sequence[_Course], begun: Begun, at: At, *, collects: bool) -> None:
    """Everything that was computed, in a few statements."""
    moved = [course for course in courses if course.steps]
    if not moved:
        return
    for course in moved:
        course.subscription.next_action_at = next_action(course.subscription)
        course.subscription.remind_at = remind_at(course.subscription)
    guards = [{"period_index": course.index_before} for course in moved]
    subscriptions = [course.subscription for course in moved]
    if Subscription.save_many(subscriptions, MOVED, guards) != len(moved):
        raise RuntimeError("a subscription was renewed meanwhile, though it was held")
    steps = [step for course in moved for step in course.steps]
    drafts = sorted(
        (step.draft for step in steps if step.draft), key=lambda draft: draft.invoice.issued_at
    )
    followed: dict[str, list[Event]] = {}
    for event in write_down(drafts):
        followed.setdefault(event.object_id, []).append(event)
    happened = []
    for step in steps:
        happened.append(step.happened)
        if step.draft:
            happened.extend(followed[step.draft.invoice.id])
    Event.create_many(happened)
    if collects:
        _attempt(drafts, begun, at)


def _attempt(drafts: Iterable[Draft], begun: Begun, at: At) -> None:
    """Write down a payment for what can be charged, and a failure for what cannot."""
    charged = CollectionMethod.CHARGE_AUTOMATICALLY
    for draft in drafts:
        invoice: Invoice = draft.invoice
        if not invoice.amount_due or invoice.collection_method != charged:
            continue
        moment = at(invoice.subscription)
        if draft.payer.method:
            begun.payments.append(Payment.attempt(invoice, draft.payer.method, at=moment))
        else:
            dunning.after_failure(invoice, None, at=moment)
    Payment.create_many(begun.payments)
