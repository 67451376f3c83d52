"""The job that moves a sandbox merchant's clock: everything due on the way, in order."""

import time
from datetime import datetime, timedelta
from functools import partial

from portal.accounts.clocks import ClockAdvance
from portal.billing import cycle, reminders
from portal.delivery.jobs import Job, Run, Unfinished, enqueue, job
from portal.gateways import gateway_for
from portal.record import now

SECONDS_A_TURN = 2.0
# Something due that does not go away must not stop the clock.
PAST_WHAT_IS_STUCK = timedelta(days=1)


@job
def advance_clock(run: Run, advance_id: str) -> None:  # noqa: ARG001 - every job is handed its run
    """A few steps of the journey; the next ones when others had their turn."""
    journey = ClockAdvance.get_or_none(ClockAdvance.id == advance_id)
    if journey is None or journey.finished_at:
        return
    until, stuck = time.monotonic() + SECONDS_A_TURN, None
    while not journey.finished_at:
        stuck = travel(journey, stuck)
        if time.monotonic() > until:
            raise Unfinished({"advance_id": advance_id})


def travel(journey: ClockAdvance, stuck: datetime | None = None) -> datetime | None:
    """One stop: the next moment at which anything is due; what is due there happens.

    Answers that moment. Handed in again, and still due, it does not hold the clock up.
    """
    due = cycle.next_due(journey.merchant)
    if due is not None and due == stuck:
        due = journey.reached_at + PAST_WHAT_IS_STUCK
    if due is None or due > journey.to_at:
        journey.reach(journey.to_at, real=now())
        reminders.run(journey.to_at, journey.merchant)
        journey.finish(at=journey.to_at)
        return None
    at = max(due, journey.reached_at)
    journey.reach(at, real=now())
    reminders.run(at, journey.merchant)
    cycle.run(at, merchant=journey.merchant, gateway_for=partial(gateway_for, clock=lambda: at))
    return due


def advance_later(journey: ClockAdvance, *, at: datetime) -> Job:
    """Have a worker move the clock, beginning at the real time `at`."""
    return enqueue(
        advance_clock.__name__,
        at=at,
        merchant=journey.merchant_id,
        unique_key=f"advance_clock:{journey.merchant_id}",
        advance_id=journey.id,
    )
