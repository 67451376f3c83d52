"""What happens twice at the same moment happens once, on both engines."""

from functools import partial

import pytest

from portal.billing.collecting import collect
from portal.billing.customer_tax_ids import TaxId, add_tax_id
from portal.billing.customers import Customer
from portal.billing.errors import BillingError
from portal.billing.events import Event
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment
from portal.billing.plan_errors import AlreadySubscribed
from portal.billing.resubscribing import begin
from portal.billing.subscriptions import Subscription
from portal.database import database
from portal.gateways import gateway_for
from portal.gateways.sandbox.records import SandboxCharge
from portal.record import now
from tests.factories import (
    NOW,
    a_customer,
    a_payment_method,
    a_price,
    a_subscription,
    an_invoice,
)


@pytest.fixture
def world(own_database):
    with database.connection_context():
        yield a_customer(currency="EUR")


def events(type_: str) -> int:
    return Event.select().where(Event.type == type_).count()


def test_two_outside_payments_of_one_invoice_pay_it_once(world, at_once):
    invoice = an_invoice(customer=world)

    def pay() -> Payment:
        return Payment.record_outside(
            Invoice.get_by_id(invoice.id), invoice.amount_due, note="cash", at=NOW
        )

    results = at_once(*[pay] * 8)

    assert sum(isinstance(result, BillingError) for result in results) == 7
    assert Payment.select().count() == 1
    assert invoice.reload().amount_paid == invoice.total
    assert events("invoice.paid") == 1


def test_parts_that_are_paid_at_once_all_count(world, at_once):
    invoice = an_invoice(customer=world, amount=800)

    def pay() -> Payment:
        return Payment.record_outside(Invoice.get_by_id(invoice.id), 100, note="cash", at=NOW)

    at_once(*[pay] * 8)

    paid = invoice.reload()
    assert (paid.amount_paid, paid.amount_due, paid.status) == (800, 0, InvoiceStatus.PAID)


def test_eight_who_press_pay_at_once_charge_once(world, at_once):
    invoice, method = an_invoice(customer=world), a_payment_method(customer=world)

    def pay(nonce: str) -> Payment:
        return collect(
            Invoice.get_by_id(invoice.id),
            gateway_for("sandbox", world.merchant),
            at=now(),
            method=PaymentMethod.get_by_id(method.id),
            nonce=nonce,
        )

    at_once(*[lambda nonce=str(number % 2): pay(nonce) for number in range(8)])

    assert SandboxCharge.select().count() == 1
    assert Payment.select().count() == 1
    assert invoice.reload().amount_paid == invoice.total


def test_money_from_outside_and_a_charge_do_not_both_pay(world, at_once):
    invoice, method = an_invoice(customer=world), a_payment_method(customer=world)

    def charge() -> Payment:
        fresh = Invoice.get_by_id(invoice.id)
        return collect(fresh, gateway_for("sandbox", world.merchant), at=now(), method=method)

    def outside() -> Payment:
        fresh = Invoice.get_by_id(invoice.id)
        return Payment.record_outside(fresh, fresh.total, note="cash", at=now())

    at_once(*[charge, outside] * 3)

    assert Payment.select().count() == 1
    assert invoice.reload().amount_paid == invoice.total


def test_eight_cancellations_at_once_are_one(world, at_once):
    subscription = a_subscription(customer=world)

    results = at_once(*[lambda: Subscription.get_by_id(subscription.id).cancel(at=NOW)] * 8)

    assert sum(isinstance(result, BillingError) for result in results) == 7
    assert events("customer.subscription.cancellation_scheduled") == 1


def test_of_many_who_begin_the_same_product_at_once_one_does(world, at_once):
    price = a_price(merchant=world.merchant)

    results = at_once(*[lambda: begin(Customer.get_by_id(world.id), price, at=NOW)] * 8)

    assert sum(isinstance(result, AlreadySubscribed) for result in results) == 7
    assert world.subscriptions.count() == 1


def test_two_workers_renew_a_period_once(world, at_once):
    subscription = a_subscription(customer=world)
    later = subscription.current_period_end

    at_once(*[lambda: Subscription.get_by_id(subscription.id).renew(at=later)] * 4)

    assert subscription.reload().period_index == 1
    assert subscription.invoices.count() == 2


def test_of_two_methods_removed_at_once_one_stays_for_the_subscription(world, at_once):
    a_subscription(customer=world)
    methods = [a_payment_method(customer=world) for _ in range(2)]

    at_once(*[lambda one=one: one.reload().detach(at=NOW) for one in methods])

    assert PaymentMethod.of(world).count() == 1


def test_of_methods_made_the_default_at_once_one_is(world, at_once):
    methods = [a_payment_method(customer=world) for _ in range(4)]

    at_once(*[lambda one=one: one.reload().make_default(at=NOW) for one in methods])

    assert PaymentMethod.of(world).where(PaymentMethod.is_default == True).count() == 1  # noqa: E712


def test_methods_that_arrive_at_once_have_one_default(world, at_once):
    at_once(*[lambda: a_payment_method(customer=Customer.get_by_id(world.id))] * 4)

    assert PaymentMethod.of(world).count() == 4
    assert PaymentMethod.default_of(world) is not None


def test_of_eight_tax_ids_added_at_once_five_are_kept(world, at_once):
    numbers = iter(range(1, 9))

    def add(number: int) -> TaxId:
        return add_tax_id(world, "us_ein", f"12-345678{number}", at=NOW)

    at_once(*[partial(add, number) for number in numbers])

    assert TaxId.select().count() == 5
