import pytest
from peewee import IntegrityError

from portal.billing.collecting import collect
from portal.billing.errors import (
    InvoiceAlreadyPaid,
    InvoiceNotOpen,
    NoPaymentMethod,
    PaymentPending,
)
from portal.billing.events import Event
from portal.billing.gateway import Charge, GatewayUnavailable, PaymentStatus
from portal.billing.invoices import InvoiceStatus
from portal.billing.payments import Payment
from portal.database import write
from tests.factories import NOW, a_customer, a_payment_method, an_invoice

pytestmark = pytest.mark.usefixtures("db")


class Provider:
    """Answers what it is told to, and remembers what it was asked."""

    name = "sandbox"

    def __init__(self, status=PaymentStatus.SUCCEEDED, arrives=True):
        self.status, self.arrives, self.keys, self.asked = status, arrives, [], []

    def charge(self, amount, token, key):
        self.keys.append(key)
        if self.status is None:
            raise GatewayUnavailable
        return Charge(self.status, "reference")

    def find_charge(self, key):
        self.asked.append(key)
        if self.status is None:
            raise GatewayUnavailable
        return Charge(self.status, "reference") if self.arrives else None


@pytest.fixture
def invoice(db):
    customer = a_customer()
    a_payment_method(customer=customer)
    return an_invoice(customer=customer)


def types():
    return [event.type for event in Event.select().order_by(Event.id)]


def test_collecting_pays_the_invoice(invoice):
    payment = collect(invoice, Provider(), at=NOW)

    assert payment.status == PaymentStatus.SUCCEEDED
    assert invoice.reload().status == InvoiceStatus.PAID
    assert {"invoice.paid", "payment.succeeded"} <= set(types())


def test_a_form_has_one_payment_however_often_it_is_sent(invoice):
    provider = Provider(PaymentStatus.FAILED)

    first = collect(invoice, provider, at=NOW, nonce="form")
    again = collect(invoice, provider, at=NOW, nonce="form")

    assert first == again
    assert len(provider.keys) == 1


def test_another_form_is_another_attempt(invoice):
    provider = Provider(PaymentStatus.FAILED)

    collect(invoice, provider, at=NOW, nonce="first")
    collect(invoice, provider, at=NOW, nonce="second")

    assert len(set(provider.keys)) == 2


def test_attempts_without_a_form_are_not_held_together(invoice):
    for _ in range(2):
        collect(invoice, Provider(PaymentStatus.FAILED), at=NOW)

    assert Payment.select().count() == 2


def test_the_database_refuses_a_second_attempt_of_one_form(invoice):
    payment = collect(invoice, Provider(PaymentStatus.FAILED), at=NOW, nonce="form")

    with pytest.raises(IntegrityError), write():
        Payment.create(
            merchant=payment.merchant,
            invoice=invoice,
            gateway="sandbox",
            amount=1,
            currency="EUR",
            status=PaymentStatus.FAILED,
            nonce="form",
        )


def test_while_one_attempt_is_unanswered_there_is_no_other(invoice):
    collect(invoice, Provider(None), at=NOW)

    with pytest.raises(PaymentPending):
        collect(invoice, Provider(), at=NOW)


def test_what_cannot_be_paid_is_refused(invoice):
    collect(invoice, Provider(), at=NOW)
    with pytest.raises(InvoiceAlreadyPaid):
        collect(invoice, Provider(), at=NOW)

    void = an_invoice(customer=invoice.customer)
    void.void(at=NOW)
    with pytest.raises(InvoiceNotOpen):
        collect(void, Provider(), at=NOW)
    with pytest.raises(NoPaymentMethod):
        collect(an_invoice(), Provider(), at=NOW)


def test_what_has_no_answer_is_asked_for_again_and_not_charged_again(invoice):
    payment = collect(invoice, Provider(None), at=NOW)
    provider = Provider()

    payment.ask_again(provider, at=NOW)

    assert provider.asked == [payment.key]
    assert provider.keys == []
    assert invoice.reload().status == InvoiceStatus.PAID


def test_an_attempt_that_never_arrived_is_sent_with_the_same_key(invoice):
    payment = collect(invoice, Provider(None), at=NOW)
    provider = Provider(arrives=False)

    payment.ask_again(provider, at=NOW)

    assert provider.keys == [payment.key]
    assert payment.reload().status == PaymentStatus.SUCCEEDED


def test_no_answer_again_changes_nothing(invoice):
    payment = collect(invoice, Provider(None), at=NOW)

    payment.ask_again(Provider(None), at=NOW)

    assert payment.reload().status == PaymentStatus.UNKNOWN
    assert invoice.reload().status == InvoiceStatus.OPEN


def test_an_answer_that_comes_twice_is_written_once(invoice):
    payment = collect(invoice, Provider(), at=NOW)

    payment.settle(Charge(PaymentStatus.FAILED, "late"), at=NOW)

    assert payment.reload().status == PaymentStatus.SUCCEEDED
    assert types().count("payment.succeeded") == 1
    assert "payment.failed" not in types()
