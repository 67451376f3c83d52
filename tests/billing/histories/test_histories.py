"""Random histories of a customer, compared with an independent model after every step.

By default some twenty seconds' worth of histories, the same ones each time. To look for more:

    HISTORIES=3000 pytest tests/billing/histories
    HISTORIES=300 PORTAL_TEST_DATABASE=postgres pytest tests/billing/histories

These are longer, and other ones each time: a hundred take a minute or two, and some more where
one fails, until the shortest history that does is found.
"""

import os
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from tests.billing.histories.comparing import check, compare
from tests.billing.histories.money_steps import MoneySteps
from tests.billing.histories.subscription_steps import SubscriptionSteps

MORE = int(os.environ.get("HISTORIES", "0"))
MOST_BILLS, LAST_YEAR = 150, 2035
has_contract = precondition(lambda self: self.world.contracts)


class Steps(SubscriptionSteps, MoneySteps):
    """What customers, merchants and the worker do, and what is true after each step."""

    @property
    def is_early(self) -> bool:
        return len(self.world.bills) < MOST_BILLS and self.at.year < LAST_YEAR

    # ── time ────────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: self.is_early and self.world.contracts)
    @rule(
        days=some.sampled_from([0, 0, 1, 3, 7, 14, 31, 31, 100, 370]),
        seconds=some.integers(1, 86_400),
        jumps=some.booleans(),
    )
    def time_passes(self, days, seconds, jumps):
        to_at = self.at + timedelta(days=days, seconds=seconds)
        if jumps:
            self.jump(to_at)
        else:
            self.travel(to_at)

    @precondition(lambda self: self.is_early and self.world.next_due())
    @rule()
    def until_something_is_due(self):
        self.jump(max(self.world.next_due(), self.at))

    @has_contract
    @rule(hours=some.integers(1, 100))
    def the_worker_sleeps(self, hours):
        self.at += timedelta(hours=hours)

    # ── what is true at every step ──────────────────────────────────────────────────────────

    @invariant()
    def model_and_product_agree(self):
        compare(self.world, self.merchant, self.customer_id)
        check(self.merchant, self.customer_id, self.at)


@pytest.mark.usefixtures("db")
def test_the_model_foretells_every_step():
    run_state_machine_as_test(
        Steps,
        settings=settings(
            max_examples=MORE or 60,
            stateful_step_count=40 if MORE else 30,
            derandomize=not MORE,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
