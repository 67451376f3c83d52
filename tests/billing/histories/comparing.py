"""What the database says, beside what the model says, and what must be true by itself."""

from collections import Counter
from datetime import datetime
from itertools import groupby
from typing import Any

from portal.billing import ledger_check
from portal.billing.credit_notes import CreditNote
from portal.billing.customer_balances import CustomerBalanceTransaction
from portal.billing.customers import Customer
from portal.billing.events import Event
from portal.billing.gateway import UNANSWERED
from portal.billing.invoice_items import InvoiceItem
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.ledger_differences import LedgerDifference
from portal.billing.merchants import Merchant
from portal.billing.payments import Payment
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscriptions import Subscription
from portal.gateways.sandbox.gateway import SandboxGateway
from portal.gateways.sandbox.records import SandboxCharge
from tests.billing.histories.contracts import World
from tests.billing.histories.things import Bill, Contract

SUMS = (
    Invoice.subtotal,
    Invoice.tax,
    Invoice.total,
    Invoice.amount_paid,
    Invoice.amount_credited,
    Invoice.amount_from_balance,
)
SUMS += (Invoice.amount_due, Invoice.total_credited, Invoice.amount_refunded)
DATES = (
    Invoice.issued_at,
    Invoice.due_at,
    Invoice.dunning_began_at,
    Invoice.next_attempt_at,
    Invoice.dunning_ended_at,
)
LINE = (InvoiceLine.amount, InvoiceLine.discount_amount, InvoiceLine.net, InvoiceLine.tax)
LINE += (InvoiceLine.gross, InvoiceLine.period_start, InvoiceLine.period_end)


def told_of(bill: Bill) -> dict[str, Any]:
    net = sum(line.told.net for line in bill.lines)
    sums = (net, bill.total - net, bill.total, bill.paid, bill.off_due, bill.from_balance)
    return {
        "what": (bill.contract.id, bill.index, bill.reason, bill.status),
        "sums": (*sums, bill.due, bill.credited, bill.refunded),
        "dates": (bill.issued, bill.due_at, bill.began, bill.next, bill.given_up),
        "lines": [(line.amount, line.off, *line.told, line.start, line.end) for line in bill.lines],
    }


def bills_of(merchant: Merchant) -> list[dict[str, Any]]:
    """Every invoice in the order of its number, which has no gaps."""
    lines = InvoiceLine.select(InvoiceLine.invoice_id, *LINE).where(
        InvoiceLine.merchant == merchant
    )
    rows = lines.order_by(InvoiceLine.invoice_id, InvoiceLine.position).tuples()
    by_invoice = {key: [row[1:] for row in of] for key, of in groupby(rows, lambda row: row[0])}
    columns = (
        Invoice.id,
        Invoice.number,
        Invoice.subscription_id,
        Invoice.period_index,
        Invoice.billing_reason,
        Invoice.status,
    )
    mine = (
        Invoice.select(*columns, *SUMS, *DATES)
        .where(Invoice.merchant == merchant)
        .order_by(Invoice.number)
    )
    found = list(mine.tuples())
    prefix = merchant.invoice_prefix
    assert [int(row[1].removeprefix(f"{prefix}-")) for row in found] == list(
        range(1, len(found) + 1)
    )
    return [
        {
            "what": row[2:6],
            "sums": row[6 : 6 + len(SUMS)],
            "dates": row[6 + len(SUMS) :],
            "lines": by_invoice[row[0]],
        }
        for row in found
    ]


def state_of(contract: Contract) -> dict[str, Any]:
    return {
        "status": (contract.status, contract.is_ending, contract.ends, contract.ended),
        "period": (contract.index, contract.start, contract.end, contract.trial_end),
        "anchor": (contract.anchor, contract.anchor_index),
        "pause": (contract.paused, contract.resumes),
        "next": contract.next,
        "plan": (contract.plan.id, contract.quantity),
        "scheduled": contract.scheduled and (contract.scheduled[0].id, *contract.scheduled[1:])
        if contract.is_live
        else None,
        "waiting": [line.amount for line in contract.waiting],
    }


def stored_state_of(contract_id: str) -> dict[str, Any]:
    one = Subscription.get_by_id(contract_id)
    item = SubscriptionItem.get(SubscriptionItem.subscription == one)
    change = ScheduledChange.waiting_of(one) if one.is_live else None
    waits = (InvoiceItem.subscription == one) & InvoiceItem.billed_at.is_null()
    waiting = InvoiceItem.select(InvoiceItem.amount).where(waits).order_by(InvoiceItem.id)
    return {
        "status": (one.status, one.cancel_at_period_end, one.cancel_at, one.ended_at),
        "period": (
            *(one.period_index, one.current_period_start, one.current_period_end, one.trial_end),
        ),
        "anchor": (one.anchor_at, one.anchor_index),
        "pause": (one.paused_at, one.resumes_at),
        "next": one.next_action_at,
        "plan": (item.price_id, item.quantity),
        "scheduled": change and (change.price_id, change.quantity, change.takes_effect_at),
        "waiting": [amount for (amount,) in waiting.tuples()],
    }


def compare(world: World, merchant: Merchant, customer_id: str) -> None:
    """Model and database agree in everything that is predicted."""
    found, foretold = bills_of(merchant), [told_of(bill) for bill in world.bills]
    agree("invoices", *([bill["what"] for bill in bills] for bills in (found, foretold)))
    for stored, bill in zip(found, foretold, strict=True):
        agree("invoice", stored, bill)
    for contract in world.contracts:
        agree("subscription", stored_state_of(contract.id), state_of(contract))
    agree("unanswered", *unanswered_of(world, merchant))
    agree("balance", Customer.get_by_id(customer_id).balance, world.balance)
    agree("credit notes", notes_of(merchant), sorted(world.notes))
    events = Event.select(Event.type).where(
        (Event.merchant == merchant) & Event.type.in_(list(world.happened))
    )
    agree("events", Counter(type_ for (type_,) in events.tuples()), +world.happened)


def unanswered_of(world: World, merchant: Merchant) -> tuple[list[Any], list[Any]]:
    """Found and foretold: which invoice, how often asked for, when again, whether in review."""
    columns = (Invoice.number, Payment.asked_count, Payment.ask_next_at, Payment.review_reason)
    mine = (Payment.merchant == merchant) & Payment.status.in_(UNANSWERED)
    rows = Payment.select(*columns).join(Invoice).where(mine).order_by(Invoice.number).tuples()
    found = [(int(number[-6:]) - 1, *asked, bool(why)) for number, *asked, why in rows]
    foretold = [
        (index, bill.pending.asked, bill.pending.ask, bill.pending.is_in_review)
        for index, bill in enumerate(world.bills)
        if bill.pending
    ]
    return found, foretold


def agree(what: str, found: object, foretold: object) -> None:
    assert found == foretold, f"{what}\n   found {found}\nforetold {foretold}"


def notes_of(merchant: Merchant) -> list[tuple[int, int, int]]:
    """(which invoice, total, tax) of every credit note."""
    notes = CreditNote.select(Invoice.number, CreditNote.total, CreditNote.tax).join(Invoice)
    rows = notes.where(CreditNote.merchant == merchant).tuples()
    return sorted((int(number[-6:]) - 1, total, tax) for number, total, tax in rows)


def check(merchant: Merchant, customer_id: str, at: datetime) -> None:
    """What holds whatever the model says."""
    for bill in bills_of(merchant):
        _, _, total, paid, off_due, from_balance, due, credited, refunded = bill["sums"]
        assert total == sum(line[4] for line in bill["lines"])
        assert total == paid + off_due + from_balance + due
        assert min(bill["sums"]) >= 0
        assert refunded <= paid
        assert off_due <= credited <= total
        status, following = bill["what"][3], bill["dates"][3]
        assert (status == "paid") == (due == 0) or status == "void"
        assert status == "open" or following is None
    too_soon = (Invoice.next_attempt_at < Invoice.issued_at) & Invoice.corrects.is_null()
    assert not Invoice.select().where(too_soon).exists()
    mine = CustomerBalanceTransaction.customer == customer_id
    movement = CustomerBalanceTransaction.amount, CustomerBalanceTransaction.ending_balance
    rows = list(CustomerBalanceTransaction.select(*movement).where(mine).tuples())
    # Which came first is not in the rows: late renewals are dated by their period.
    assert sum(amount for amount, _ in rows) == Customer.get_by_id(customer_id).balance
    assert all(ending >= max(amount, 0) for amount, ending in rows)


def check_books(merchant: Merchant, at: datetime) -> None:
    """The daily check finds nothing, and the provider charged what the payments say."""
    ledger_check.check_books(merchant, at=at)
    ledger_check.check_provider(merchant, lambda *_: SandboxGateway(lambda: at), at=at)
    assert not list(LedgerDifference.open().where(LedgerDifference.merchant == merchant))
    is_ours = (Payment.merchant == merchant) & (Payment.gateway == "sandbox")
    asked = Payment.select().where(is_ours & Payment.status.not_in(UNANSWERED))
    ours = {payment.key: (payment.amount, payment.status) for payment in asked}
    theirs = SandboxCharge.select().where(SandboxCharge.key.in_(list(ours)))
    assert ours == {charge.key: (charge.amount, charge.status) for charge in theirs}
