"""The model's collecting: charging the card, what follows from failures, reminders, the end."""

from datetime import datetime, timedelta

from tests.billing.histories.books import Books
from tests.billing.histories.things import Attempt, Bill, Contract, Refused

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# What became of a charge is asked for after these; then a person has to find out.
QUESTIONS = [timedelta(minutes=5), HOUR, DAY, DAY, DAY, DAY, DAY]


class Collecting(Books):
    """`cards` are the outcomes of the methods that were added; the last one is the default."""

    def __init__(self, dunning_days: list[int], final_action: str) -> None:
        super().__init__()
        self.dunning_days, self.final_action = dunning_days, final_action
        self.cards: list[str] = []

    def end(self, contract: Contract, at: datetime, *, credits_rest: bool = False) -> None:
        raise NotImplementedError

    def add_card(self, outcome: str, at: datetime) -> None:
        self.cards.append(outcome)
        for bill in self.bills:
            if bill.status == "open" and bill.is_charged and bill.began:
                bill.next = at

    def pay(self, bill: Bill, at: datetime) -> None:
        """By the default method, all that is due."""
        if bill.status == "paid":
            raise Refused("InvoiceAlreadyPaid")
        if bill.status == "void":
            raise Refused("InvoiceNotOpen")
        self.require_answered(bill)
        if not self.cards:
            raise Refused("NoPaymentMethod")
        bill.next = None
        outcome, card = self.cards[-1], len(self.cards)
        bill.newest_try[card] = outcome == "hopeless"
        if outcome == "good":
            self.receive(bill, bill.due, at, is_outside=False)
            return
        if outcome in ("late", "confirm", "silent"):
            bill.pending = Attempt(outcome, card, at + QUESTIONS[0])
            if outcome == "confirm":
                self.happened["payment.requires_action"] += 1
                self._await_somebody(bill, at)
            return
        self.refused(bill, at, is_hopeless=outcome == "hopeless")

    def refused(self, bill: Bill, at: datetime, *, is_hopeless: bool = False) -> None:
        self.happened["payment.failed"] += 1
        self.failed(bill, at, is_hopeless=is_hopeless)

    # ── charges without an answer ───────────────────────────────────────────────────────────

    def answered(self, bill: Bill, at: datetime, *, is_paid: bool) -> None:
        bill.pending = None
        if is_paid:
            self.receive(bill, bill.due, at, is_outside=False)
            return
        self.refused(bill, at)

    def decide(self, bill: Bill, at: datetime, *, is_paid: bool) -> None:
        """By the merchant, who is asked once all questions were of no use."""
        if not bill.pending or not bill.pending.is_in_review:
            raise Refused("PaymentNotInReview")
        self.answered(bill, at, is_paid=is_paid)

    def _await_somebody(self, bill: Bill, at: datetime) -> None:
        """Nothing else is charged meanwhile; the end of the schedule decides."""
        is_over = bill.status != "open" or bill.given_up
        if is_over or not bill.is_charged or bill.contract.status == "incomplete":
            return
        bill.began = bill.began or at
        bill.next = bill.began + timedelta(days=self.dunning_days[-1])
        self._fall_behind(bill)

    def ask(self, at: datetime) -> None:
        """What became of charges; a late answer is there by then."""
        for bill in self.bills:
            attempt = bill.pending
            if attempt is None or attempt.ask is None or attempt.ask > at:
                continue
            if attempt.kind == "late":
                self.answered(bill, at, is_paid=True)
                continue
            to_come = QUESTIONS[attempt.asked :]
            attempt.asked += 1
            attempt.ask = at + to_come[0] if to_come else None
            if not to_come:
                attempt.is_in_review = True
                self.happened["payment.review_needed"] += 1
                self._await_somebody(bill, at)

    def _wait(self, bill: Bill, at: datetime) -> None:
        """A try is due while the one before has no answer."""
        days = timedelta(days=self.dunning_days[-1])
        ends = bill.began + days if bill.began else at
        if bill.pending and bill.pending.kind != "late" and at >= ends:
            bill.next = None
            self._give_up(bill, at)
            return
        bill.next = at + HOUR

    # ── failures ────────────────────────────────────────────────────────────────────────────

    def schedule(self, bill: Bill, at: datetime) -> list[datetime]:
        if not bill.began or bill.given_up:
            return []
        moments = [bill.began + timedelta(days=days) for days in self.dunning_days]
        return [moment for moment in moments if moment > at]

    def failed(self, bill: Bill, at: datetime, *, is_hopeless: bool = False) -> None:
        if bill.status != "open":
            return
        if not bill.is_charged:
            to_come = self.schedule(bill, at)
            bill.next = to_come[0] if to_come else None
            if not bill.began and not bill.given_up:
                bill.next = bill.due_at
        elif bill.contract.status != "incomplete":
            bill.began = bill.began or at
            self._plan_next(bill, at, is_hopeless=is_hopeless)
        self.happened["invoice.payment_failed"] += 1
        if bill.began:
            self._fall_behind(bill)
            if bill.next is None:
                self._give_up(bill, at)

    def _plan_next(self, bill: Bill, at: datetime, *, is_hopeless: bool) -> None:
        to_come = self.schedule(bill, at)
        bill.next = (to_come[-1] if is_hopeless else to_come[0]) if to_come else None

    @staticmethod
    def _fall_behind(bill: Bill) -> None:
        if bill.contract.status == "active":
            bill.contract.status = "past_due"

    def _give_up(self, bill: Bill, at: datetime) -> None:
        if bill.given_up:
            return
        bill.given_up = at
        contract = bill.contract
        if self.final_action == "cancel":
            if contract.is_live:
                self.end(contract, at)
            if bill.status == "open":
                self.write_off(bill)
        elif self.final_action == "mark_unpaid" and contract.status in ("active", "past_due"):
            contract.status = "unpaid"

    def retry(self, at: datetime) -> None:
        """Everything that is to be tried or asked for by now, in the order of issue."""
        done: set[Bill] = set()
        while due := [
            bill for bill in self.bills if bill.next and bill.next <= at and bill not in done
        ]:
            bill = min(due, key=lambda bill: bill.issued)
            done.add(bill)
            if not bill.is_charged:
                self._remind(bill, at)
            elif not self.cards:
                self.failed(bill, at)
            elif bill.newest_try.get(len(self.cards)):
                self._plan_next(bill, at, is_hopeless=True)
                if bill.next is None:
                    self._give_up(bill, at)
            elif bill.pending:
                self._wait(bill, at)
            else:
                self.pay(bill, at)

    def _remind(self, bill: Bill, at: datetime) -> None:
        if bill.began is None:
            bill.began = bill.due_at
            self._fall_behind(bill)
            self.happened["invoice.overdue"] += 1
        to_come = self.schedule(bill, at)
        bill.next = to_come[0] if to_come else None
        if bill.next is None:
            self._give_up(bill, at)
