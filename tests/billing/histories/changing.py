"""The model's bills of a period, reductions, and changes of plan."""

from datetime import datetime, timedelta

from tests.billing.histories.arithmetic import later, part_left
from tests.billing.histories.dunning_model import Collecting
from tests.billing.histories.things import Bill, Contract, Coupon, Line, Plan, Reduction, Refused

# Whoever changes a plan collects what is due; the billing run, if they did not by then.
SOON = timedelta(minutes=10)
# A bill that is drawn up and not numbered: the contract, its lines, what is credited, its date.
Draft = tuple[Contract, list[Line], list[Line], datetime, int]


class Changing(Collecting):
    """What a contract costs, and what it costs from now on."""

    def __init__(self, zone: str, dunning_days: list[int], final_action: str) -> None:
        super().__init__(dunning_days, final_action)
        self.zone = zone

    # ── reductions ──────────────────────────────────────────────────────────────────────────

    def give(self, coupon: Coupon, contract: Contract | None, at: datetime) -> None:
        if contract and not contract.is_live:
            raise Refused("SubscriptionEnded")
        if contract and not coupon.is_for(contract.plan):
            raise Refused("CouponNotForProduct")
        for earlier in self.reductions:
            if earlier.contract is contract and earlier.ended is None:
                earlier.ended = min(earlier.ends or at, at)
        ends = later(at, "month", coupon.months, self.zone) if coupon.months else None
        self.reductions.append(Reduction(coupon, contract, at, ends))

    def take_away(self, reduction: Reduction, at: datetime) -> None:
        if any(end and end <= at for end in (reduction.ends, reduction.ended)):
            raise Refused("DiscountOver")
        reduction.ended = at

    def reduction_of(self, contract: Contract, at: datetime) -> Reduction | None:
        """Their own before the customer's."""
        for owner in (contract, None):
            for reduction in self.reductions:
                if reduction.contract is owner and reduction.is_in_force(at):
                    return reduction
        return None

    # ── the bill of a period ──────────────────────────────────────────────────────────────────

    def bill_period(self, contract: Contract, reason: str, at: datetime) -> Bill:
        contract_, lines, to_credit, _, index = self.draw_up(contract, at)
        if to_credit:
            self.credit_unused(contract, to_credit, at)
        return self.bill(contract_, lines, reason, at, index=index)

    def draw_up(self, contract: Contract, at: datetime) -> Draft:
        """The period and what waited; where that is below nothing, the rest becomes credit."""
        plan, quantity = contract.plan, contract.quantity
        line = Line(plan, quantity, plan.cost(quantity), contract.start, contract.end)
        if reduction := self.reduction_of(contract, at):
            line.off = reduction.coupon.takes_off(line.amount, plan)
            if reduction.coupon.is_once and line.off:
                reduction.ended = at
        contract.whole, contract.rests = line, []
        lines, to_credit = [line, *contract.waiting], []
        if sum(each.told.gross for each in lines) < 0:
            to_credit = [each for each in lines if each.amount < 0]
            lines = [each for each in lines if each.amount >= 0]
        contract.waiting = []
        return contract, lines, to_credit, at, contract.index

    # ── changing the plan ───────────────────────────────────────────────────────────────────

    def unused(self, contract: Contract, at: datetime) -> Line | None:
        """A part of what was really charged for the time that runs, and was not taken back."""
        charged = next((line for line in reversed(contract.rests) if line.is_valid), None)
        length = charged.end - charged.start if charged else contract.end - contract.start
        charged = charged or contract.whole
        if charged is None or not charged.is_valid:
            return None
        amount = part_left(charged.kept, length, contract.end - at)
        if not amount:
            return None
        return Line(charged.plan, charged.quantity, -amount, at, contract.end, is_part=True)

    def change(
        self,
        contract: Contract,
        plan: Plan,
        quantity: int,
        proration: str,
        timing: str,
        *,
        ends_trial: bool,
        quoted: datetime,
        at: datetime,
    ) -> Bill | None:
        self.require_changeable(contract, quoted)
        if (plan, quantity) == (contract.plan, contract.quantity):
            raise Refused("PlanUnchanged")
        is_trial, is_new = contract.status == "trialing", not plan.has_rhythm_of(contract.plan)
        if is_trial:
            is_new, timing = ends_trial, "at_once"
        is_later = timing == "at_period_end" or (
            timing == "downgrades_at_period_end" and self._is_downgrade(contract, plan, quantity)
        )
        contract.scheduled = None
        if is_later:
            contract.scheduled = plan, quantity, contract.end
            return None
        lines = []
        if proration != "none" and not is_trial:
            lines = self._prorated(contract, plan, quantity, quoted, is_new=is_new)
            contract.rests += [line for line in lines if line.amount >= 0]
            contract.waiting += [line for line in lines if line.amount]
        contract.plan, contract.quantity = plan, quantity
        bill = None
        if is_new:
            self._begin_period(contract, quoted)
            bill = self.bill_period(contract, "subscription_update", at)
        elif lines and proration == "always_invoice":
            bill = self.bill_waiting(contract, "subscription_update", at)
        if bill and bill.status == "open" and bill.is_charged:
            bill.next = at + SOON
            if not self.cards:
                self.failed(bill, at)
        return bill

    def _prorated(
        self, contract: Contract, plan: Plan, quantity: int, at: datetime, *, is_new: bool
    ) -> list[Line]:
        given_back = self.unused(contract, at)
        lines = [given_back] if given_back else []
        if not is_new:
            whole, reduction = plan.cost(quantity), self.reduction_of(contract, at)
            if reduction and not reduction.coupon.is_once:
                whole -= reduction.coupon.takes_off(whole, plan)
            amount = part_left(whole, contract.end - contract.start, contract.end - at)
            lines.append(Line(plan, quantity, amount, at, contract.end, is_part=True))
        return lines if any(line.amount for line in lines) else []

    @staticmethod
    def _begin_period(contract: Contract, at: datetime) -> None:
        if contract.status == "trialing":
            contract.status, contract.trial_end = "active", at
        contract.index += 1
        contract.start = contract.anchor = at
        contract.anchor_index = contract.index
        contract.end = contract.begins(contract.index + 1)

    def bill_waiting(
        self, contract: Contract, reason: str, at: datetime, days: int | None = None
    ) -> Bill | None:
        """What waits, at once: below nothing, it is credited, and the charges are billed."""
        lines, contract.waiting = contract.waiting, []
        if sum(line.told.gross for line in lines) < 0:
            self.credit_unused(contract, [line for line in lines if line.amount < 0], at)
            lines = [line for line in lines if line.amount >= 0]
        return self.bill(contract, lines, reason, at, days=days) if lines else None

    @staticmethod
    def _is_downgrade(contract: Contract, plan: Plan, quantity: int) -> bool:
        old = contract.plan
        if plan.days < old.days:
            return True
        is_more = quantity >= contract.quantity
        if plan.days > old.days and plan.product == old.product and is_more:
            return False
        return plan.cost(quantity) / plan.days < old.cost(contract.quantity) / old.days

    @staticmethod
    def require_changeable(contract: Contract, at: datetime) -> None:
        Changing.require_pausable(contract)
        if at >= contract.end:
            raise Refused("RenewalPending")

    @staticmethod
    def require_pausable(contract: Contract) -> None:
        if not contract.is_live:
            raise Refused("SubscriptionEnded")
        if contract.status == "paused":
            raise Refused("SubscriptionPaused")
        if contract.status not in ("active", "trialing"):
            raise Refused("PlanNotChangeable")
        if contract.is_canceled:
            raise Refused("SubscriptionSetToEnd")
