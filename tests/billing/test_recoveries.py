"""A subscription that waited for money runs again when it came."""

from datetime import timedelta

import pytest

from portal.billing import cycle, dunning
from portal.billing.collecting import collect
from portal.billing.invoices import Invoice
from portal.billing.merchants import FinalAction, Merchant
from portal.billing.payments import Payment
from portal.database import write
from tests.billing.tills import REFUSED, Till
from tests.factories import a_customer, a_payment_method, a_subscription, an_invoice

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def subscription(db):
    """Of a merchant who marks as unpaid what cannot be collected for a day."""
    customer = a_customer()
    with write():
        Merchant.update(dunning_days=[1], dunning_final_action=FinalAction.MARK_UNPAID).execute()
    a_payment_method(customer=customer)
    return a_subscription(customer=customer)


def fall_unpaid(subscription, till):
    """Its first renewal is refused, and refused again."""
    renewal = subscription.current_period_end
    for at in (renewal, renewal + timedelta(days=1)):
        cycle.run(at, gateway_for=till)
    assert subscription.reload().status == "unpaid"
    return renewal


def test_who_canceled_before_collecting_was_given_up_leaves_at_the_end_of_the_period(subscription):
    renewal = subscription.current_period_end
    cycle.run(renewal, gateway_for=Till(REFUSED))
    subscription.cancel(at=renewal + timedelta(hours=1))
    cycle.run(renewal + timedelta(days=1), gateway_for=Till(REFUSED))
    unpaid = subscription.reload()

    cycle.run(unpaid.current_period_end, gateway_for=Till(REFUSED))

    ended = subscription.reload()
    assert (unpaid.status, ended.status) == ("unpaid", "canceled")
    assert ended.ended_at == unpaid.current_period_end


def test_who_cancels_when_the_unpaid_period_is_over_leaves_at_once(subscription):
    renewal = fall_unpaid(subscription, Till(REFUSED))
    at = renewal + timedelta(days=100)
    subscription.cancel(at=at)

    cycle.run(at, gateway_for=Till())

    ended = subscription.reload()
    assert (ended.status, ended.ended_at) == ("canceled", at)


def test_when_the_only_late_invoice_is_void_it_is_active_again(subscription):
    renewal = subscription.current_period_end
    cycle.run(renewal, gateway_for=Till(REFUSED))
    assert subscription.reload().status == "past_due"

    late(subscription).void(at=renewal + timedelta(hours=1))

    assert subscription.reload().status == "active"


def test_a_void_invoice_makes_nothing_active_while_another_is_late(subscription):
    with write():
        Merchant.update(dunning_days=[60]).execute()
    for _ in range(2):
        cycle.run(subscription.reload().current_period_end, gateway_for=Till(REFUSED))

    oldest, _ = dunning.running(subscription.customer_id)
    Invoice.get_by_id(oldest.id).void(at=subscription.reload().current_period_start)

    assert subscription.reload().status == "past_due"


def test_a_void_first_invoice_begins_nothing(db):
    waiting = a_subscription(paid=False)
    waiting.invoices.get().void(at=waiting.started_at)
    assert waiting.reload().status == "incomplete"


def test_while_unpaid_nothing_new_is_billed(subscription):
    till = Till(REFUSED)
    renewal = fall_unpaid(subscription, till)
    cycle.run(renewal + timedelta(days=100), gateway_for=till)
    assert subscription.invoices.count() == 2


def test_paid_within_the_period_it_goes_on_as_before(subscription):
    renewal = fall_unpaid(subscription, Till(REFUSED))
    before = subscription.reload()
    collect(late(subscription), Till(), at=renewal + timedelta(days=5))

    after = subscription.reload()
    assert after.status == "active"
    assert after.current_period_end == before.current_period_end


def test_paid_later_what_was_missed_is_not_billed_and_a_period_begins(subscription):
    renewal = fall_unpaid(subscription, Till(REFUSED))
    at = renewal + timedelta(days=100)
    collect(late(subscription), Till(), at=at)
    for _ in range(3):
        cycle.run(at, gateway_for=Till())

    after = subscription.reload()
    assert (after.status, after.current_period_start) == ("active", at)
    assert at < after.current_period_end < at + timedelta(days=32)
    assert subscription.invoices.count() == 3


def test_with_another_late_invoice_it_stays_past_due(subscription):
    late_ones = [
        an_invoice(
            customer=subscription.customer,
            subscription=subscription,
            period_index=index,
            billing_reason="subscription_cycle",
            collection_method="charge_automatically",
            at=subscription.started_at,
        )
        for index in (7, 8)
    ]
    for invoice in late_ones:
        collect(invoice, Till(REFUSED), at=subscription.started_at)

    collect(late_ones[0].reload(), Till(), at=subscription.started_at)
    assert subscription.reload().status == "past_due"
    collect(late_ones[1].reload(), Till(), at=subscription.started_at)
    assert subscription.reload().status == "active"


def late(subscription):
    (invoice,) = dunning.running(subscription.customer_id)
    assert Payment.newest_of(invoice).status == "failed"
    return type(invoice).get_by_id(invoice.id)
