"""The billing run: everything once, in small steps, and one's trouble is not another's."""

from datetime import timedelta

import pytest

from portal.billing import cycle
from portal.billing.gateway import Charge, GatewayUnavailable, PaymentStatus
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.payments import Payment
from portal.billing.subscription_status import CollectionMethod
from tests.factories import NOW, a_customer, a_payment_method, a_subscription, utc

pytestmark = pytest.mark.usefixtures("db")
AFTER_ONE = utc(2026, 4, 11)


class Till:
    """A provider that answers as told."""

    name = "sandbox"

    def __init__(self, answer: Charge | None = None) -> None:
        self.answer = answer or Charge(PaymentStatus.SUCCEEDED)
        self.keys: list[str] = []

    def charge(self, amount, token, key):
        self.keys.append(key)
        if self.answer.status == PaymentStatus.UNKNOWN:
            raise GatewayUnavailable
        return self.answer

    def find_charge(self, key):
        return self.answer if key in self.keys else None


@pytest.fixture
def subscription():
    customer = a_customer()
    a_payment_method(customer=customer)
    return a_subscription(customer=customer)


def run(at, till: Till) -> None:
    for record in cycle.due(at):
        cycle.renew(record, at=at)
    for invoice in cycle.uncollected():
        cycle.collect_renewal(invoice, lambda _name, _merchant: till, at=at)


def renewals(subscription) -> list[Invoice]:
    return list(subscription.invoices.where(Invoice.billing_reason == "subscription_cycle"))


def test_a_period_that_is_over_is_renewed_and_paid(subscription):
    run(AFTER_ONE, Till())

    (invoice,) = renewals(subscription)
    assert invoice.status == InvoiceStatus.PAID
    assert subscription.reload().current_period_end == utc(2026, 5, 10, 8, 30)


def test_running_twice_bills_once(subscription):
    till = Till()
    run(AFTER_ONE, till)
    run(AFTER_ONE, till)

    assert len(renewals(subscription)) == len(till.keys) == 1


def test_before_the_end_nothing_happens(subscription):
    run(subscription.current_period_end - timedelta(seconds=1), Till())
    assert renewals(subscription) == []


def test_what_was_missed_is_caught_up_in_small_steps(subscription):
    late = utc(2026, 9, 1)
    run(late, Till())
    assert len(renewals(subscription)) == 3
    run(late, Till())
    assert len(renewals(subscription)) == 5
    run(late, Till())
    assert len(renewals(subscription)) == 5


def test_a_canceled_subscription_ends_and_is_not_billed(subscription):
    subscription.cancel(at=NOW)
    run(AFTER_ONE, Till())

    assert subscription.reload().status == "canceled"
    assert renewals(subscription) == []


def test_a_refused_payment_makes_it_past_due_and_is_not_repeated(subscription):
    till = Till(Charge(PaymentStatus.FAILED, reason="insufficient_funds"))
    run(AFTER_ONE, till)
    run(AFTER_ONE, till)

    assert subscription.reload().status == "past_due"
    assert len(till.keys) == 1


def test_without_a_payment_method_it_is_past_due(subscription):
    subscription.customer.all_payment_methods.get().delete_instance()
    run(AFTER_ONE, Till())
    assert subscription.reload().status == "past_due"


def test_an_invoice_that_is_sent_is_not_charged():
    customer = a_customer()
    a_payment_method(customer=customer)
    a_subscription(customer=customer, collection_method=CollectionMethod.SEND_INVOICE)
    till = Till()
    run(AFTER_ONE, till)
    assert till.keys == []


def test_no_answer_is_asked_for_and_never_charged_again(subscription):
    till = Till(Charge(PaymentStatus.UNKNOWN))
    run(AFTER_ONE, till)
    run(AFTER_ONE, till)
    (payment,) = Payment.unanswered()
    till.answer = Charge(PaymentStatus.SUCCEEDED)

    cycle.ask_again(payment, lambda _name, _merchant: till, at=AFTER_ONE)

    assert len(till.keys) == 1
    assert renewals(subscription)[0].status == InvoiceStatus.PAID


def test_an_answer_that_comes_late_can_be_a_no(subscription):
    till = Till(Charge(PaymentStatus.PENDING))
    run(AFTER_ONE, till)
    till.answer = Charge(PaymentStatus.FAILED)
    cycle.ask_again(Payment.unanswered().get(), lambda _name, _merchant: till, at=AFTER_ONE)
    assert subscription.reload().status == "past_due"
