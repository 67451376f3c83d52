"""Whoever holds a subscription gets its invoices: nobody waits for each other in a circle."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from peewee import OperationalError

from portal.billing import dunning
from portal.billing.collecting import collect
from portal.billing.corrections import correct
from portal.billing.credit_notes import CreditReason
from portal.billing.credit_plans import Destination, remaining_of
from portal.billing.crediting import credit
from portal.billing.customers import Customer
from portal.billing.gateway import PaymentStatus
from portal.billing.holding import hold
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment
from portal.billing.subscriptions import Subscription
from portal.database import database, is_postgres, repeated, write
from tests.billing.tills import ON_ITS_WAY, REFUSED, TAKEN, Till
from tests.factories import NOW, a_customer, a_payment_method, a_subscription, an_invoice
from tests.support.patience import PATIENCE

LATER = NOW + timedelta(days=1)
SOON = 0.3


@pytest.fixture
def invoice(own_database):
    with database.connection_context():
        customer = a_customer(currency="EUR")
        a_payment_method(customer=customer)
        yield an_invoice(
            customer=customer,
            subscription=a_subscription(customer=customer),
            period_index=1,
            billing_reason="subscription_cycle",
            collection_method="charge_automatically",
        )


def a_declined(invoice: Invoice) -> None:
    collect(invoice, Till(REFUSED), at=NOW)


def an_answer(invoice: Invoice) -> object:
    return Payment.newest_of(invoice).settle(TAKEN, at=LATER)


def a_refusal(invoice: Invoice) -> object:
    return Payment.newest_of(invoice).settle(REFUSED, at=LATER)


def cash(invoice: Invoice) -> object:
    return Payment.record_outside(invoice, invoice.amount_due, note="cash", at=LATER)


def a_credit(invoice: Invoice) -> object:
    parts = remaining_of(invoice)
    return credit(invoice, parts, reason=CreditReason.OTHER, at=LATER, to=Destination.BALANCE)


def a_return(invoice: Invoice) -> object:
    return Payment.newest_of(invoice).return_("AM04", at=LATER)


def a_try(invoice: Invoice) -> object:
    return dunning.retry(invoice, Till(REFUSED), at=LATER + timedelta(days=30))


def a_correction(invoice: Invoice) -> object:
    invoice.customer.change(company="Analytical Engines", at=LATER)
    return correct(invoice, at=LATER)


def another_default(invoice: Invoice) -> object:
    return a_payment_method(customer=invoice.customer).make_default(at=LATER)


def nothing(_invoice: Invoice) -> None:
    """Nothing happened before."""


def one_that_is_asked_for(invoice: Invoice) -> None:
    collect(invoice, Till(ON_ITS_WAY), at=NOW)


def one_that_came(invoice: Invoice) -> None:
    collect(invoice, Till(TAKEN), at=NOW)


@pytest.mark.parametrize(
    ("before", "act"),
    [
        (one_that_is_asked_for, an_answer),
        (one_that_is_asked_for, a_refusal),
        (one_that_came, a_return),
        (nothing, cash),
        (nothing, a_credit),
        (nothing, a_correction),
        (nothing, lambda invoice: invoice.void(at=LATER)),
        (a_declined, a_try),
        (a_declined, another_default),
    ],
)
def test_a_rule_of_a_subscription_gets_its_invoices_at_any_moment(
    invoice, at_once, before: Callable, act: Callable
):
    before(invoice)
    is_held = threading.Event()

    def change_plan() -> None:
        with write():
            subscription = Subscription.get_by_id(invoice.subscription_id).refresh()
            is_held.set()
            time.sleep(SOON)
            Customer.hold(subscription.customer_id)
            hold(Invoice, [invoice.id])
            time.sleep(SOON)

    def meanwhile() -> object:
        is_held.wait(PATIENCE)
        return act(Invoice.get_by_id(invoice.id))

    at_once(change_plan, meanwhile)


def test_who_only_refers_to_a_customer_does_not_wait_for_who_holds_it(invoice, at_once):
    """A new invoice names its customer; that must not wait for a rule that holds the customer."""
    is_held, is_done = threading.Event(), threading.Event()

    def hold_customer() -> bool:
        with write():
            Customer.hold(invoice.customer_id)
            is_held.set()
            return not is_postgres() or is_done.wait(PATIENCE)

    def refer() -> None:
        is_held.wait(PATIENCE)
        PaymentMethod.create(
            merchant=invoice.merchant_id,
            customer=invoice.customer_id,
            gateway="sandbox",
            token="tok",
            type="card",
            detached_at=NOW,
        )
        is_done.set()

    was_in_time, _ = at_once(hold_customer, refer)

    assert was_in_time


def test_two_who_wait_in_a_circle_both_get_their_turn(invoice, at_once):
    if not is_postgres():
        pytest.skip("SQLite lets one writer in at a time")
    other = an_invoice(customer=invoice.customer)
    both = [invoice.id, other.id]
    each_has_one = threading.Barrier(2)
    tries: list[str] = []

    def in_order(first: str, second: str) -> str:
        def unit() -> str:
            with write():
                hold(Invoice, [first])
                tries.append(first)
                if tries.count(first) == 1:
                    each_has_one.wait(PATIENCE)
                hold(Invoice, [second])
                return first

        return repeated(unit)

    assert at_once(lambda: in_order(*both), lambda: in_order(*reversed(both))) == both
    assert len(tries) == len(both) + 1


def test_a_settled_payment_is_settled_though_others_wait_in_circles(invoice, at_once):
    collect(invoice, Till(ON_ITS_WAY), at=NOW)
    subscription_id = invoice.subscription_id

    def pause() -> None:
        subscription = Subscription.get_by_id(subscription_id)
        with write():
            subscription.refresh()
            hold(Invoice, [invoice.id])

    at_once(*[lambda: an_answer(Invoice.get_by_id(invoice.id)), pause] * 4)

    assert invoice.reload().status == InvoiceStatus.PAID
    assert Payment.newest_of(invoice).status == PaymentStatus.SUCCEEDED


def test_what_fails_for_another_reason_is_not_tried_again(db):
    tries = []

    def unit() -> None:
        tries.append(1)
        raise OperationalError("disk full")

    with pytest.raises(OperationalError):
        repeated(unit)

    assert len(tries) == 1
