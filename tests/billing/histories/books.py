"""The model's ledger: bills, what is due of them, credits, the balance."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from tests.billing.histories.arithmetic import half_up, told_apart
from tests.billing.histories.things import Bill, Contract, Line, Paid, Reduction, Refused

MOST_LOOKED_THROUGH = 24


class Books:
    """What was billed, what is credited, and `happened`: how many events of each type."""

    def __init__(self) -> None:
        self.bills: list[Bill] = []
        self.contracts: list[Contract] = []
        self.reductions: list[Reduction] = []
        self.balance = 0
        self.notes: list[tuple[int, int, int]] = []
        self.happened: Counter[str] = Counter()

    # ── the balance ─────────────────────────────────────────────────────────────────────────

    def move(self, amount: int) -> None:
        if self.balance + amount < 0:
            raise Refused("BalanceTooSmall")
        self.balance += amount
        self.happened["customer.balance.changed"] += 1

    # ── bills ───────────────────────────────────────────────────────────────────────────────

    def bill(
        self,
        contract: Contract,
        lines: Sequence[Line],
        reason: str,
        at: datetime,
        *,
        index: int | None = None,
        comes: datetime | None = None,
        days: int | None = None,
    ) -> Bill:
        """A new bill; the balance pays as far as it goes. What costs nothing is paid at once."""
        made = Bill(contract, index, reason, at, at, contract.is_charged, list(lines))
        days = (0 if contract.is_charged else contract.days_until_due) if days is None else days
        is_late = comes is not None and comes - at > timedelta(days=1)
        made.due_at = (comes if is_late and comes else at) + timedelta(days=days)
        self.bills.append(made)
        self.happened["invoice.finalized"] += 1
        for line in lines:
            line.bill = made
        if used := min(self.balance, made.due):
            self.move(-used)
            made.from_balance = used
        if not made.due:
            self.settle(made, at)
        elif not made.is_charged:
            made.next = made.due_at
        return made

    def settle(self, bill: Bill, at: datetime) -> None:
        """What waited for money runs again, once nothing is late; what was missed is not billed."""
        contract, bill.status, bill.next = bill.contract, "paid", None
        self.happened["invoice.paid"] += 1
        waits = contract.status in ("incomplete", "past_due", "unpaid")
        if not waits or self.is_behind(contract):
            return
        if contract.status == "unpaid" and contract.end < at:
            contract.end = contract.anchor = at
            contract.anchor_index = contract.index + 1
        contract.status = "active"

    @staticmethod
    def require_answered(bill: Bill) -> None:
        if bill.pending:
            raise Refused("PaymentPending")

    def receive(self, bill: Bill, amount: int, at: datetime, *, is_outside: bool) -> None:
        self.require_answered(bill)
        if bill.status == "paid":
            raise Refused("InvoiceAlreadyPaid")
        if bill.status == "void":
            raise Refused("InvoiceNotOpen")
        if not 0 < amount <= bill.due:
            raise Refused("AmountNotDue")
        bill.paid += amount
        bill.payments.append(Paid(amount, is_outside))
        self.happened["payment.succeeded"] += 1
        if not bill.due:
            self.settle(bill, at)

    def void(self, bill: Bill) -> None:
        if bill.status not in ("open", "uncollectible") or bill.paid:
            raise Refused("InvoiceNotOpen")
        self.require_answered(bill)
        if bill.credited:
            raise Refused("InvoiceHasCreditNotes")
        bill.status, bill.next = "void", None
        self.happened["invoice.voided"] += 1
        if back := bill.from_balance:
            bill.from_balance = 0
            self.move(back)
        contract = bill.contract
        if contract.status == "past_due" and not self.is_behind(contract):
            contract.status = "active"

    def is_behind(self, contract: Contract) -> bool:
        return any(
            bill.contract is contract and bill.status == "open" and bill.began
            for bill in self.bills
        )

    def write_off(self, bill: Bill) -> None:
        if bill.status != "open":
            raise Refused("InvoiceNotOpen")
        bill.status, bill.next = "uncollectible", None

    # ── credits ─────────────────────────────────────────────────────────────────────────────

    def credit(self, bill: Bill, parts: Iterable[tuple[Line, int]], to: str, at: datetime) -> None:
        """Off what is due first; the rest of what was paid goes where `to` says."""
        parts = [part for part in parts if part[1]]
        if bill.status == "void":
            raise Refused("InvoiceNotCreditable")
        if bill.due:
            self.require_answered(bill)
        self._credit(bill, parts, to, at, reducible=bill.due)

    def _credit(
        self,
        bill: Bill,
        parts: Iterable[tuple[Line, int]],
        to: str,
        at: datetime,
        *,
        reducible: int,
    ) -> None:
        parts = list(parts)
        total = sum(gross for _, gross in parts)
        if any(
            abs(gross) > abs(left) or gross * left < 0
            for line, gross in parts
            for left in [line.told.gross - line.credited]
        ):
            raise Refused("CreditTooLarge")
        if total <= 0:
            raise Refused("NothingToCredit")
        if total > bill.total - bill.credited:
            raise Refused("CreditTooLarge")
        tax = sum(self._take_back(line, gross) for line, gross in parts)
        due = min(total, reducible)
        bill.credited += total
        bill.off_due += due
        self.notes.append((self.bills.index(bill), total, tax))
        self.happened["credit_note.created"] += 1
        if due and not bill.due:
            self.settle(bill, at)
        self._give(bill, total - due, to)

    def _take_back(self, line: Line, gross: int) -> int:
        """The tax of all parts so far grows with them, and ends at the line's own."""
        line.credited += gross
        whole = line.told
        so_far = half_up(Fraction(whole.tax * line.credited, whole.gross))
        tax, line.credited_tax = so_far - line.credited_tax, so_far
        return tax

    def _give(self, bill: Bill, amount: int, to: str) -> None:
        newest = list(reversed(bill.payments))
        if to == "outside":
            own = [each for each in newest if each.is_outside]
            others = [each for each in newest if not each.is_outside]
            self._refund([*own, *others], amount)
            return
        if to == "refund":
            for is_outside in (False, True):
                ways = [each for each in newest if each.is_outside == is_outside]
                amount -= self._refund(ways, amount)
        if amount:
            self.move(amount)

    def _refund(self, ways: list[Paid], amount: int) -> int:
        given = 0
        for way in ways:
            part = min(amount - given, way.left)
            if part:
                way.refunded += part
                given += part
                self.happened["refund.succeeded"] += 1
        return given

    def credit_unused(self, contract: Contract, lines: Iterable[Line], at: datetime) -> None:
        """Where it was billed, the newest first, its own price first; no more than was billed."""
        bills = [
            bill
            for bill in sorted(self.bills, key=lambda bill: bill.issued, reverse=True)
            if bill.contract is contract and bill.status != "void" and bill.credited < bill.total
        ][:MOST_LOOKED_THROUGH]
        room = {bill: bill.total - bill.credited for bill in bills}
        taken: dict[Bill, list[tuple[Line, int]]] = {bill: [] for bill in bills}
        for given_back in lines:
            missing = -given_back.amount
            for is_own in (True, False):
                for bill in bills:
                    for line in bill.lines:
                        if missing > 0 and (line.plan is given_back.plan) == is_own:
                            gone = sum(gross for each, gross in taken[bill] if each is line)
                            left = min(line.told.gross - line.credited - gone, room[bill])
                            missing -= self._take(line, left, given_back, missing, taken[bill])
                            room[bill] = bill.total - bill.credited
                            room[bill] -= sum(gross for _, gross in taken[bill])
        for bill, parts in taken.items():
            if parts:
                reducible = 0 if bill.pending else bill.due
                self._credit(bill, parts, "balance", at, reducible=reducible)

    @staticmethod
    def _take(
        line: Line, left: int, given_back: Line, missing: int, parts: list[tuple[Line, int]]
    ) -> int:
        if left <= 0:
            return 0
        is_inclusive = given_back.plan.is_inclusive
        gross = told_apart(missing, is_inclusive=is_inclusive).gross
        parts.append((line, min(gross, left)))
        if gross <= left:
            return missing
        found = told_apart(left, is_inclusive=True)
        return found.gross if is_inclusive else found.net
