"""What happens to subscriptions: they begin, change, rest and end."""

from datetime import timedelta

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule

from portal.billing import pausing, plan_changes
from portal.billing.plan_quotes import Timing, Wanted
from portal.billing.products import Price
from portal.billing.proration import Proration
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscribing import subscribe
from portal.billing.upcoming import upcoming_invoice
from portal.ids import new_id
from tests.billing.histories.arithmetic import later
from tests.billing.histories.history import History, whichever
from tests.billing.histories.things import Contract

has_contract = precondition(lambda self: self.world.contracts)


class SubscriptionSteps(History):
    """What customers and merchants do with subscriptions."""

    @precondition(lambda self: len(self.world.contracts) < 2)
    @rule(
        which=whichever,
        quantity=some.integers(1, 5),
        trial=some.sampled_from([0, 0, 0, 7, 30]),
        is_charged=some.sampled_from([True, True, False]),
        days=some.sampled_from([0, 14, 40]),
        action=some.sampled_from(["create_invoice", "pause", "cancel"]),
        terms=some.sampled_from([(0, 0), (0, 0), (0, 0), (0, 14), (3, 0), (1, 30)]),
    )
    def subscribes(self, which, quantity, trial, is_charged, days, action, terms):
        self.tick()
        plan = self.plans[which % len(self.plans)]
        contract = Contract(
            new_id("sub", self.at),
            self.world.zone,
            plan,
            quantity,
            is_charged,
            days,
            action,
            status="",
            started=self.at,
            start=self.at,
            end=self.at,
            anchor=self.at,
            index=0,
            term_months=terms[0],
            notice_days=terms[1],
        )
        bill = self.world.subscribe(contract, trial, self.at)
        subscribe(
            self.customer,
            Price.get_by_id(plan.id),
            at=self.at,
            quantity=quantity,
            trial_days=trial,
            collection_method="charge_automatically" if is_charged else "send_invoice",
            days_until_due=days,
            subscription_id=contract.id,
            trial_end_action=action,
            minimum_term_months=terms[0],
            notice_days=terms[1],
        )
        self.collect(bill)

    @has_contract
    @rule(
        contract=whichever,
        which=whichever,
        quantity=some.one_of(some.just(0), some.integers(1, 6)),
        proration=some.sampled_from(Proration),
        timing=some.sampled_from([Timing.AT_ONCE, *Timing]),
        ends_trial=some.booleans(),
        waits=some.sampled_from([0, 0, 300]),
    )
    def changes_plan(self, contract, which, quantity, proration, timing, ends_trial, waits):
        self.tick()
        contract, quoted = self.a_contract(contract), self.at
        plan = self.plans[which % len(self.plans)]
        quantity = quantity or contract.quantity
        wanted = Wanted(Price.get_by_id(plan.id), quantity, proration, timing, ends_trial)
        bills: list = [None]
        said: list = []

        def model() -> None:
            options = {"ends_trial": ends_trial, "quoted": quoted, "at": self.at}
            bills[0] = self.world.change(
                contract, plan, quantity, proration.value, timing.value, **options
            )

        def product() -> None:
            stored = self.stored(contract)
            shown = plan_changes.preview(
                stored,
                wanted.price,
                quantity,
                at=quoted,
                proration=proration,
                timing=timing,
                ends_trial=ends_trial,
            )
            plan_changes.change(
                stored, wanted, at=self.at, quoted_at=quoted, fingerprint=shown.fingerprint
            )
            said.append(shown)

        self.tick(waits)
        if self.both(model, product):
            self.is_as_said(said[0], bills[0], contract)
        self.collect(bills[0])

    def is_as_said(self, shown, bill, contract):
        """What was shown before the change is what is due now, and what comes next."""
        assert shown.amount_now == (bill.due if bill else 0)
        announced = upcoming_invoice(self.stored(contract), self.at)
        assert announced.issued_at == shown.next_date
        assert announced.total == shown.upcoming.total

    @has_contract
    @rule(contract=whichever, months=some.sampled_from([0, 1, 2, 12]), hours=some.integers(0, 400))
    def pauses(self, contract, months, hours):
        self.tick()
        contract = self.a_contract(contract)
        resumes = later(self.at, "month", months, self.world.zone) if months else None
        if resumes and hours:
            resumes = self.at + timedelta(hours=hours)
        self.both(
            lambda: self.world.pause(contract, resumes, self.at),
            lambda: pausing.pause(self.stored(contract), at=self.at, resumes_at=resumes),
        )

    @precondition(lambda self: any(each.paused for each in self.world.contracts))
    @rule(contract=whichever)
    def resumes(self, contract):
        self.tick()
        contract = self.a_contract(contract)
        self.both(
            lambda: self.world.resume(contract, self.at),
            lambda: pausing.resume(self.stored(contract), at=self.at),
        )

    @has_contract
    @rule(contract=whichever)
    def cancels(self, contract):
        self.tick()
        contract = self.a_contract(contract)
        self.both(
            lambda: self.world.cancel(contract, self.at),
            lambda: self.stored(contract).cancel(at=self.at),
        )

    @precondition(lambda self: any(each.is_canceled for each in self.world.contracts))
    @rule(contract=whichever)
    def stays(self, contract):
        self.tick()
        contract = self.a_contract(contract)
        self.both(
            lambda: self.world.reinstate(contract),
            lambda: self.stored(contract).reinstate(at=self.at),
        )

    @precondition(lambda self: any(each.scheduled for each in self.world.contracts))
    @rule(contract=whichever)
    def withdraws_what_was_scheduled(self, contract):
        self.tick()
        contract = self.a_contract(contract)
        self.both(
            lambda: self.world.withdraw(contract),
            lambda: ScheduledChange.withdraw(self.stored(contract), at=self.at),
        )

    @has_contract
    @rule(contract=whichever, credits_rest=some.booleans(), really=some.integers(0, 2))
    def cancels_at_once(self, contract, credits_rest, really):
        if really:
            return
        self.tick()
        contract = self.a_contract(contract)
        self.both(
            lambda: self.world.cancel_now(contract, self.at, credits_rest=credits_rest),
            lambda: self.stored(contract).cancel_now(at=self.at, credits_rest=credits_rest),
        )
