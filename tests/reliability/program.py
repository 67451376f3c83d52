"""A worker in a process of its own, at moments of our choosing.

    python -m tests.reliability.program URL COMMAND

`seed` makes subscriptions, `run MOMENT` does the renewals that are due then and what follows
from them, `check` prints as JSON what is stored. `serve` reads such commands, one a line,
and runs each in a fork: a process that starts at once, and that can be killed. `statement` and
`book` are for a statement of the bank.
"""

import json
import os
import signal
import sys
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from itertools import count as counter
from typing import Any

from portal.billing import cycle, due
from portal.billing.events import Event
from portal.billing.invoices import Invoice
from portal.billing.merchants import FinalAction, Merchant
from portal.billing.payments import Payment
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscriptions import Subscription
from portal.database import configure, database
from portal.delivery import outbox
from portal.delivery.jobs import Job
from portal.gateways import gateway_for
from portal.gateways.bank_transfer import booking
from portal.gateways.bank_transfer.records import BankStatement
from portal.gateways.sandbox.records import SandboxCharge
from portal.records import RECORDS
from tests.factories import (
    NOW,
    a_customer,
    a_merchant,
    a_payment_method,
    a_price,
    a_subscription,
    an_invoice,
)
from tests.gateways.bank_transfer.statements import (
    a_bank_merchant,
    a_statement,
    confirmed,
    for_invoice,
)

CARDS = ("tok_visa", "tok_visa", "tok_sepa", "")


def seed(count: str) -> None:
    """Two merchants; three of four subscriptions are charged, the others are sent invoices."""
    database.create_tables(RECORDS)
    # Invoices that are sent are never paid here; their subscriptions go on all the same.
    merchants = [a_merchant(dunning_final_action=FinalAction.LEAVE_PAST_DUE) for _ in range(2)]
    prices = [a_price(merchant=merchant) for merchant in merchants]
    for number in range(int(count)):
        card = CARDS[number % len(CARDS)]
        customer = a_customer(merchant=merchants[number % 2])
        if card:
            a_payment_method(customer=customer, token=f"{card}_{number}")
        method = CollectionMethod.CHARGE_AUTOMATICALLY if card else CollectionMethod.SEND_INVOICE
        a_subscription(customer=customer, price=prices[number % 2], collection_method=method)
    outbox.dispatch(NOW)


def run(moment: str) -> None:
    at = datetime.fromisoformat(moment)
    provider = partial(gateway_for, clock=lambda: at)
    while cycle.run(at, gateway_for=provider).is_unfinished:
        pass
    # Questions about what an earlier process left without an answer.
    for merchant in Merchant.select():
        cycle.run(at, gateway_for=provider, merchant=merchant)
    outbox.dispatch(at)


def check(*_given: str) -> None:
    print(json.dumps(stored()), flush=True)


def stored() -> dict[str, Any]:
    """What must be right however often, and wherever, a worker was killed."""
    numbers = {
        merchant.id: sorted(int(invoice.number[-6:]) for invoice in merchant.invoices)
        for merchant in Merchant.select()
    }
    invoices = {invoice.id: invoice for invoice in Invoice.select()}
    charged = [each for each in invoices.values() if each.collection_method != "send_invoice"]
    renewed = [each for each in charged if each.billing_reason == "subscription_cycle"]
    payments = Counter(payment.invoice_id for payment in Payment.select())
    asked = {f"payment-{payment.id}" for payment in Payment.select()}
    taken = Counter(charge.key for charge in SandboxCharge.select())
    finalized = Event.select().where(Event.type == "invoice.finalized").count()
    return {
        "periods": sorted({each.period_index for each in Subscription.select()}),
        "invoices": len(invoices),
        "twice": [
            key
            for key, count in Counter(
                (each.subscription_id, each.period_index) for each in invoices.values()
            ).items()
            if count > 1
        ],
        "missing": [
            each.id
            for each in Subscription.select()
            if each.invoices.count() != each.period_index + 1
        ],
        "gaps": [
            merchant
            for merchant, found in numbers.items()
            if found != list(range(1, len(found) + 1))
        ],
        "unpaid": [each.id for each in charged if each.status != "paid"],
        "payments": sorted({payments[each.id] for each in renewed}),
        "charged_without_payment": sorted(set(taken) - asked),
        "charges": sorted(set(taken.values())),
        "charged": len(taken) - len(renewed),
        "unannounced": len(invoices) - finalized,
        "undispatched": Event.select().where(Event.dispatched_at.is_null()).count(),
        "mails": Job.select().where(Job.name == "mail_invoice").count() - len(invoices),
    }


def right(periods: int, subscriptions: int) -> dict[str, Any]:
    """What `stored` answers where nothing was billed twice and nothing was lost."""
    lists = ("twice", "missing", "gaps", "unpaid", "charged_without_payment")
    nothing: dict[str, Any] = {name: [] for name in lists}
    numbers = dict.fromkeys(("charged", "unannounced", "undispatched", "mails"), 0)
    return {
        **nothing,
        **numbers,
        "periods": [periods],
        "invoices": subscriptions * (periods + 1),
        "payments": [1],
        "charges": [1],
    }


def month(number: int, minutes: int = 1) -> str:
    """A moment just after period `number` has begun for everybody."""
    at = NOW + timedelta(days=31 * number + 2, minutes=minutes)
    return at.isoformat()


def statement(count: str) -> None:
    """A statement of the bank that pays so many invoices."""
    database.create_tables(RECORDS)
    merchant = a_bank_merchant()
    invoices = [an_invoice(customer=a_customer(merchant=merchant)) for _ in range(int(count))]
    a_statement(merchant, *map(for_invoice, invoices))


def book(parts: str) -> None:
    """Confirm it in parts of two lines, and die after some of them."""
    booked, book_part = counter(), booking._book_part

    def book_or_die(*given: Any) -> None:
        if next(booked) == int(parts):
            os.kill(os.getpid(), signal.SIGKILL)
        book_part(*given)

    booking.AT_ONCE, booking._book_part = 2, book_or_die
    confirmed(BankStatement.get())


COMMANDS = {"seed": seed, "run": run, "check": check, "statement": statement, "book": book}


def carry_out(url: str, command: str, *given: str) -> None:
    configure(url)
    due.BATCH = int(os.environ.get("BATCH", due.BATCH))
    with database.connection_context():
        COMMANDS[command](*given)


def serve(url: str) -> None:
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            carry_out(url, *line.split())
            os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    address, *words = sys.argv[1:]
    if words == ["serve"]:
        serve(address)
    else:
        carry_out(address, *words)
