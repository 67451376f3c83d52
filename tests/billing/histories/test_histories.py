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

from portal.billing.credit_plans import Destination
from portal.billing.plan_quotes import Timing
from portal.billing.proration import Proration
from portal.billing.upcoming import upcoming_invoice
from tests.billing.histories.comparing import check, compare
from tests.billing.histories.history import whichever
from tests.billing.histories.money_steps import MoneySteps
from tests.billing.histories.subscription_steps import SubscriptionSteps
from tests.billing.histories.things import RUNNING

MORE = int(os.environ.get("HISTORIES", "0"))
MOST_BILLS, LAST_YEAR = 150, 2035
has_contract = precondition(lambda self: self.world.contracts)


class Steps(SubscriptionSteps, MoneySteps):
    """What customers, merchants and the worker do, and what is true after each step."""

    @property
    def is_early(self) -> bool:
        return len(self.world.bills) < MOST_BILLS and self.at.year < LAST_YEAR

    # ── much at once ────────────────────────────────────────────────────────────────────────

    @has_contract
    @rule(
        contract=whichever,
        proration=some.sampled_from(["always_invoice", "create_prorations"]),
        acts=some.lists(
            some.tuples(
                some.sampled_from(["change", "change", "credit", "discount", "correct", "pay"]),
                some.integers(0, 200_000),
                whichever,
                some.integers(1, 100),
            ),
            min_size=2,
            max_size=6,
        ),
    )
    def much_happens_in_one_period(self, contract, proration, acts):
        """Changes, credits and discounts on top of each other: each prorates the one before."""
        for act, seconds, which, share in acts:
            due = self.world.next_due()
            if due is None or self.at + timedelta(seconds=seconds) < due:
                self.tick(seconds)
            match act:
                case "change":
                    quantity, timing = share % 7, Timing.AT_ONCE
                    options = {"ends_trial": False, "waits": 0}
                    self.changes_plan(
                        contract, which, quantity, Proration(proration), timing, **options
                    )
                case "discount":
                    duration = ("once", "repeating", "forever")[share % 3]
                    self.gets_a_discount(
                        whose=0, percent=share * 100, amount=1, duration=duration, months=1,
                        product=None,
                    )  # fmt: skip
                case "credit" if self.world.bills:
                    self.is_credited(which % 3, which, share, Destination.BALANCE)
                case "correct" if self.world.bills:
                    self.is_corrected(which % 3)
                case "pay" if self.world.bills:
                    self.pays_outside(which % 3, 1)
            self.model_and_product_agree()

    @precondition(lambda self: self.is_early and self.world.contracts and self.world.next_due())
    @rule(
        card=some.sampled_from(["short", "short", "hopeless", "confirm", "silent"]),
        act=some.sampled_from(
            ["void", "void", "correct", "correct", "credit", "pay", "card", "cancel", "write off"]
        ),
        contract=whichever,
    )
    def a_charge_fails(self, card, act, contract):
        """What is late, and then something is done about it before the next try."""
        self.another_card(card)
        for _ in range(4):
            if self.late() or not self.world.next_due():
                break
            self.until_something_is_due()
        if not self.late():
            return
        acts = {
            "void": lambda: self.is_void(1, really=0),
            "correct": lambda: self.is_corrected(1),
            "credit": lambda: self.is_credited(1, 0, 100, Destination.REFUND),
            "pay": lambda: self.pays_outside(1, 2),
            "card": lambda: self.another_card("short"),
            "cancel": lambda: self.cancels(contract),
            "write off": lambda: self.is_written_off(1, really=0),
        }
        acts[act]()
        self.model_and_product_agree()
        if self.world.next_due():
            self.until_something_is_due()

    def late(self):
        return [bill for bill in self.world.bills if bill.status == "open" and bill.began]

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

    @precondition(lambda self: self.is_early and self.announced())
    @rule(which=whichever)
    def the_next_invoice_is_as_announced(self, which):
        contract = self.announced()[which % len(self.announced())]
        self.tick()
        if contract.next <= self.at:
            return
        said = upcoming_invoice(self.stored(contract), self.at)
        index = contract.index + 1
        self.jump(contract.end)
        (bill,) = [
            bill for bill in self.world.bills if (bill.contract, bill.index) == (contract, index)
        ]
        if said.total >= 0:
            assert (said.total, said.issued_at) == (bill.total, bill.issued)

    def announced(self):
        """Contracts whose next period is what happens next."""
        is_charged = bool(self.world.cards)
        return [
            each
            for each in self.world.contracts
            if each.status in RUNNING
            and each.next == self.world.next_due()
            and not each.is_canceled
            and (is_charged or not each.is_charged or each.status != "trialing")
            and not any(other.next == each.next for other in self.world.contracts if other != each)
        ]

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
