"""A subscription that waited for money runs again when it came."""

from datetime import timedelta

import pytest

from portal.billing import cycle, dunning
from portal.billing.collecting import collect
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
