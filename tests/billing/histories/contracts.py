"""The model's subscriptions: beginning, pausing, ending, and the billing run."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from tests.billing.histories.changing import Draft
from tests.billing.histories.correcting import Correcting
from tests.billing.histories.things import Bill, Contract, Refused

MOST_STEPS = 3


class World(Correcting):
    """A customer's subscriptions, and all that follows from them."""

    # ── beginning ───────────────────────────────────────────────────────────────────────────

    def subscribe(self, contract: Contract, trial_days: int, at: datetime) -> Bill | None:
        self.contracts.append(contract)
        if trial_days:
            contract.status, contract.index = "trialing", -1
            contract.end = contract.trial_end = contract.anchor = at + timedelta(days=trial_days)
            return None
        contract.status = "incomplete" if contract.is_charged else "active"
        contract.end = contract.begins(1)
        return self.bill_period(contract, "subscription_create", at)

    # ── pausing ─────────────────────────────────────────────────────────────────────────────

    def pause(self, contract: Contract, resumes: datetime | None, at: datetime) -> None:
        self.require_pausable(contract)
        contract.status, contract.paused, contract.resumes = "paused", at, resumes

    def resume(self, contract: Contract, at: datetime) -> None:
        """The paid rest follows; from its end the next periods are counted."""
        if contract.status != "paused" or contract.paused is None:
            raise Refused("SubscriptionNotPaused")
        end = at + max(contract.end - contract.paused, timedelta(0))
        contract.start += end - contract.end
        contract.end = contract.anchor = end
        contract.anchor_index = contract.index + 1
        contract.paused = contract.resumes = None
        is_trial = contract.index < 0
        contract.status = "trialing" if is_trial else "active"
        if is_trial:
            contract.trial_end = end
        if contract.scheduled:
            contract.scheduled = (*contract.scheduled[:2], end)

    # ── ending ──────────────────────────────────────────────────────────────────────────────

    def cancel(self, contract: Contract, at: datetime) -> None:
        if not contract.is_live:
            raise Refused("SubscriptionEnded")
        if contract.is_canceled:
            raise Refused("SubscriptionAlreadyEnding")
        ends = contract.possible_end(at)
        contract.is_ending = ends == contract.end
        contract.ends = None if contract.is_ending else ends

    def reinstate(self, contract: Contract) -> None:
        if not contract.is_live:
            raise Refused("SubscriptionEnded")
        if not contract.is_canceled:
            raise Refused("SubscriptionNotEnding")
        contract.is_ending, contract.ends = False, None

    def withdraw(self, contract: Contract) -> None:
        if not contract.is_live or not contract.scheduled:
            raise Refused("NothingScheduled")
        contract.scheduled = None

    def cancel_now(self, contract: Contract, at: datetime, *, credits_rest: bool) -> None:
        if not contract.is_live:
            raise Refused("SubscriptionEnded")
        self.end(contract, at, credits_rest=credits_rest)

    def end(self, contract: Contract, at: datetime, *, credits_rest: bool = False) -> None:
        used_until = contract.paused if contract.status == "paused" and contract.paused else at
        is_paid = contract.status in ("trialing", "active", "past_due", "paused")
        is_within = is_paid and used_until < contract.end
        rest = self.unused(contract, used_until) if credits_rest and is_within else None
        if contract.status == "incomplete":
            if self.may_be_paid(contract):
                raise Refused("PaymentPending")
            self._void_unpaid(contract, at)
        if contract.waiting:
            last = self.bill_waiting(contract, "subscription_end", at)
            if last and last.is_charged and last.due:
                last.next = at
        contract.status, contract.ended = "canceled", at
        contract.is_ending, contract.ends = False, None
        self.happened["customer.subscription.deleted"] += 1
        if rest:
            self.credit_unused(contract, [rest], at)

    def may_be_paid(self, contract: Contract) -> bool:
        """Whether an answer is awaited of what nobody has paid a part of."""
        return any(
            bill.contract is contract and bill.status == "open" and bill.pending and not bill.paid
            for bill in self.bills
        )

    def _void_unpaid(self, contract: Contract, at: datetime) -> None:
        for bill in self.bills:
            if bill.contract is contract and bill.status == "open" and not bill.paid:
                if bill.credited:
                    rest = [(line, line.told.gross - line.credited) for line in bill.lines]
                    self.credit(bill, rest, "balance", at)
                else:
                    self.void(bill)

    # ── the billing run ─────────────────────────────────────────────────────────────────────

    def next_due(self) -> datetime | None:
        moments = [each.next for each in self.bills]
        moments += [each.pending.ask for each in self.bills if each.pending]
        # What could not expire yet, because money may still come, is not due by itself.
        for contract in self.contracts:
            if contract.status != "incomplete" or not self.may_be_paid(contract):
                moments.append(contract.next)
        return min((moment for moment in moments if moment), default=None)

    def run(self, at: datetime) -> None:
        """Three steps of each contract, the longest due first; then charges; then tries."""
        drafts = sorted(self._begin(at), key=lambda draft: draft[3])
        for contract, _, to_credit, date, _ in drafts:
            if to_credit:
                self.credit_unused(contract, to_credit, date)
        made = [
            self.bill(contract, lines, "subscription_cycle", date, index=index, comes=at)
            for contract, lines, _, date, index in drafts
        ]
        for bill in made:
            if bill.is_charged and bill.due:
                if self.cards:
                    self.pay(bill, at)
                else:
                    self.failed(bill, at)
        self.retry(at)
        self.ask(at)

    def _begin(self, at: datetime) -> Iterator[Draft]:
        due = [each for each in self.contracts if each.next and each.next <= at]
        for contract in sorted(due, key=lambda each: (each.next, each.started)):
            for step in range(MOST_STEPS):
                if contract.next is None or contract.next > at:
                    break
                if turn := self._turn(contract):
                    if not step:
                        turn(contract, at)
                    break
                yield self._next_period(contract)

    def _turn(self, contract: Contract) -> Callable[[Contract, datetime], object] | None:
        if contract.status == "incomplete":
            return self._expire
        if contract.status == "paused" and contract.next == contract.resumes:
            return lambda each, _: self.resume(each, each.resumes)
        ends = contract.planned_end
        if ends and (contract.status in ("paused", "unpaid") or ends <= contract.end):
            return lambda each, _: self.end(each, ends, credits_rest=True)
        if contract.status == "trialing" and contract.is_charged and not self.cards:
            return {"pause": self._pause_after_trial, "cancel": self._end_with_trial}.get(
                contract.trial_end_action
            )
        return None

    def _expire(self, contract: Contract, at: datetime) -> None:
        if self.may_be_paid(contract):
            return
        self._void_unpaid(contract, at)
        contract.status, contract.ended = "incomplete_expired", at

    @staticmethod
    def _pause_after_trial(contract: Contract, _at: datetime) -> None:
        contract.status, contract.paused = "paused", contract.end

    def _end_with_trial(self, contract: Contract, _at: datetime) -> None:
        self.end(contract, contract.end)

    def _next_period(self, contract: Contract) -> Draft:
        began = contract.end
        if contract.scheduled and contract.scheduled[2] <= began:
            plan, quantity, _ = contract.scheduled
            if not plan.has_rhythm_of(contract.plan):
                contract.anchor, contract.anchor_index = began, contract.index + 1
            contract.plan, contract.quantity, contract.scheduled = plan, quantity, None
        contract.index += 1
        contract.start, contract.end = began, contract.begins(contract.index + 1)
        if contract.status == "trialing":
            contract.status = "active"
        self.happened["customer.subscription.renewed"] += 1
        return self.draw_up(contract, began)
