"""A batch of the billing run among others that hold what it needs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from peewee import OperationalError

from portal.billing import cycle
from portal.billing.credit_notes import CreditNote
from portal.billing.customers import Customer
from portal.billing.holding import hold
from portal.billing.invoice_items import InvoiceItem
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.subscriptions import Subscription
from portal.database import database, is_postgres, repeated, write
from tests.billing.tills import Till
from tests.factories import a_customer, a_merchant, a_payment_method, a_subscription
from tests.support.patience import wait_until


@pytest.fixture
def several_writers(own_database):
    if not is_postgres():
        pytest.skip("SQLite lets one writer in at a time")
    with database.connection_context():
        yield


def a_member(merchant: Merchant | None = None) -> Subscription:
    customer = a_customer(merchant=merchant or a_merchant())
    a_payment_method(customer=customer)
    return a_subscription(customer=customer)


def run_for(subscription: Subscription) -> Callable[[], cycle.Report]:
    at = subscription.current_period_end + timedelta(minutes=1)
    return lambda: cycle.run(at, gateway_for=Till())


def somebody_waits() -> bool:
    """Whether a transaction of this database waits for another one."""
    waiting = database.execute_sql(
        "SELECT 1 FROM pg_locks WHERE NOT granted AND pid IN "
        "(SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
    )
    return waiting.fetchone() is not None


@pytest.mark.usefixtures("several_writers")
def test_credit_notes_and_invoices_are_numbered_in_one_order_of_merchants(at_once):
    """The credit notes of the last merchant must not be numbered before who is first is held."""
    first, last = sorted((a_merchant(), a_merchant()), key=lambda merchant: merchant.id)
    credited = a_member(last)
    InvoiceItem.create(
        merchant=last,
        customer=credited.customer_id,
        subscription=credited,
        currency="EUR",
        description="Unused time",
        amount=-90_00,
        price=credited.item.price,
        created_at=credited.started_at,
    )
    a_member(first)

    def number_for_both() -> None:
        with write():
            hold(Merchant, [first.id])
            assert wait_until(somebody_waits)
            hold(Merchant, [last.id])

    report, _ = at_once(run_for(credited), number_for_both)

    assert report.failures == []
    assert CreditNote.select().where(CreditNote.merchant == last).count() == 1
    assert Invoice.select().count() == 4


@pytest.mark.usefixtures("several_writers")
def test_a_batch_that_meets_a_conflict_is_billed_in_the_same_run(at_once):
    subscription = a_member()
    turned_round: list[str] = []

    def hold_in_the_wrong_order() -> None:
        with write():
            Customer.hold(subscription.customer_id)
            if not turned_round:
                turned_round.append(subscription.id)
                assert wait_until(somebody_waits)
            hold(Subscription, [subscription.id])

    report, _ = at_once(run_for(subscription), lambda: repeated(hold_in_the_wrong_order))

    assert report.failures == []
    assert [invoice.status for invoice in subscription.invoices] == ["paid", "paid"]


def test_a_database_that_is_away_is_nobodys_fault(db, monkeypatch):
    run = run_for(a_member())

    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("portal.billing.renewals.draft_period", refuse)

    with pytest.raises(OperationalError):
        run()
