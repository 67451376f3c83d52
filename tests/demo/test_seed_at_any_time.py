"""The demo is made whenever somebody wants it, and is the same for the same moment."""

from datetime import UTC, datetime

import pytest

from portal.billing.events import Event
from portal.billing.invoices import Invoice
from portal.billing.payments import Payment
from portal.billing.subscriptions import Subscription
from portal.database import database
from portal.demo.content import MERCHANTS
from portal.demo.seed import seed

pytestmark = pytest.mark.usefixtures("db")


def told(at, content):
    """What a demo says, but for ids; nothing of it is kept."""
    with database.atomic() as transaction:
        seed(at, [content])
        invoices = Invoice.select(
            Invoice.number, Invoice.status, Invoice.total, Invoice.issued_at, Invoice.amount_due
        )
        payments = Payment.select(Payment.status, Payment.amount, Payment.created_at)
        subscriptions = Subscription.select(Subscription.status, Subscription.current_period_end)
        events = Event.select(Event.type, Event.created_at, Event.actor_name)
        found = [sorted(query.tuples()) for query in (invoices, payments, subscriptions, events)]
        transaction.rollback()
    return found


def test_the_same_moment_makes_the_same_demo():
    at = datetime(2027, 3, 1, 0, 5, tzinfo=UTC)
    assert told(at, MERCHANTS[0]) == told(at, MERCHANTS[0])


@pytest.mark.parametrize(
    ("at", "content"),
    [
        (datetime(2028, 2, 29, 23, 50, tzinfo=UTC), MERCHANTS[1]),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), MERCHANTS[2]),
    ],
    ids=lambda given: getattr(given, "name", None),
)
def test_there_is_a_demo_on_any_day(at, content):
    *_, subscriptions, _ = told(at, content)
    assert {"active", "trialing", "past_due", "incomplete", "canceled", "paused"} <= {
        status for status, _ in subscriptions
    }
