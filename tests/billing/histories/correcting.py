"""The model's corrected invoices, and money that the bank takes back."""

from dataclasses import replace
from datetime import datetime

from tests.billing.histories.changing import Changing
from tests.billing.histories.things import Bill, Line, Paid, Refused


class Correcting(Changing):
    """What becomes of bills after they were issued."""

    def correct(self, bill: Bill, at: datetime) -> None:
        """The same bill again for the buyer as they are called now; no money moves by it."""
        contract = bill.contract
        if bill.corrected_by:
            raise Refused("InvoiceAlreadyCorrected")
        if bill.status not in ("open", "paid") or bill.credited or not bill.total:
            raise Refused("InvoiceNotCorrectable")
        if contract.status == "incomplete":
            raise Refused("InvoiceNotCorrectable")
        self.require_answered(bill)
        due_at = max(bill.due_at, at) if bill.due else at
        following, began, given_up = bill.next, bill.began, bill.given_up
        standing = contract.status, contract.end, contract.anchor, contract.anchor_index
        self.credit(bill, [(line, line.told.gross) for line in bill.lines], "balance", at)
        lines = [self._again(line) for line in bill.lines]
        made = self.bill(contract, lines, "correction", at)
        made.is_charged = bill.is_charged
        made.due_at, made.began, made.given_up = due_at, began, given_up
        bill.corrected_by = made
        if made.due:
            is_asked_for = not made.is_charged and not began
            made.next = due_at if is_asked_for else following
            contract.status, contract.end, contract.anchor, contract.anchor_index = standing

    @staticmethod
    def _again(line: Line) -> Line:
        contract = line.bill.contract
        again = replace(line, credited=0, credited_tax=0)
        contract.whole = again if contract.whole is line else contract.whole
        contract.rests = [again if rest is line else rest for rest in contract.rests]
        return again

    def take_back(self, bill: Bill, paid: Paid, at: datetime) -> None:
        """What the bank took back is due again; what had been refunded of it is not."""
        if paid.is_returned:
            return
        back = paid.left
        paid.is_returned = True
        if back:
            bill.paid -= back
            if bill.status == "paid":
                bill.status, bill.began, bill.given_up = "open", None, None
            self.happened["invoice.reopened"] += 1
        self.happened["payment.returned"] += 1
        self.failed(bill, at)
