"""The model's collecting: charging the card, what follows from failures, reminders, the end."""

from datetime import datetime, timedelta

from tests.billing.histories.books import Books
from tests.billing.histories.things import Bill, Contract, Refused


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
        if not self.cards:
            raise Refused("NoPaymentMethod")
        bill.next = None
        outcome, card = self.cards[-1], len(self.cards)
        bill.newest_try[card] = outcome == "hopeless"
        if outcome == "good":
            self.receive(bill, bill.due, at, is_outside=False)
            return
        self.happened["payment.failed"] += 1
        bill.failures.append((card, outcome == "hopeless"))
        self.failed(bill, at, is_hopeless=outcome == "hopeless")

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
