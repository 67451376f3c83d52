"""Answers, questions, tries and decisions that come at once have one effect, on both engines."""

from datetime import timedelta

import pytest

from portal.billing import asking, dunning, reviews
from portal.billing.collecting import collect
from portal.billing.errors import BillingError
from portal.billing.events import Event
from portal.billing.gateway import PaymentStatus
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.payments import Payment
from portal.database import database, write
from tests.billing.tills import ON_ITS_WAY, REFUSED, SILENCE, TAKEN, Till
from tests.factories import NOW, a_customer, a_payment_method, a_subscription, an_invoice

LATER = NOW + timedelta(days=1)


@pytest.fixture
def invoice(own_database):
    """A renewal that can be charged."""
    with database.connection_context():
        customer = a_customer(currency="EUR")
        a_payment_method(customer=customer)
        subscription = a_subscription(customer=customer)
        yield an_invoice(
            customer=customer,
            subscription=subscription,
            period_index=1,
            billing_reason="subscription_cycle",
            collection_method="charge_automatically",
        )


def happened(type_: str) -> int:
    return Event.select().where(Event.type == type_).count()


def again(payment: Payment) -> Payment:
    return Payment.get_by_id(payment.id)


def test_workers_that_ask_at_once_ask_and_settle_once(invoice, at_once):
    payment = collect(invoice, Till(SILENCE), at=NOW)
    till = Till(TAKEN)

    at_once(*[lambda: asking.ask(again(payment), till, at=LATER)] * 6)

    assert len(till.asked) == 1
    assert invoice.reload().amount_paid == invoice.total
    assert happened("payment.succeeded") == 1


def test_an_answer_that_comes_on_every_way_at_once_counts_once(invoice, at_once):
    payment = collect(invoice, Till(ON_ITS_WAY), at=NOW)

    at_once(*[lambda: again(payment).settle(TAKEN, at=LATER)] * 8)

    assert invoice.reload().amount_paid == invoice.total
    assert happened("payment.succeeded") == 1


def test_a_yes_and_a_no_at_once_leave_one_and_a_question_for_a_person(invoice, at_once):
    payment = collect(invoice, Till(ON_ITS_WAY), at=NOW)

    at_once(
        *[
            lambda answer=answer: again(payment).settle(answer, at=LATER)
            for answer in [TAKEN, REFUSED] * 3
        ]
    )

    stored = again(payment)
    is_paid = stored.status == PaymentStatus.SUCCEEDED
    assert stored.review_reason == "contradiction"
    assert invoice.reload().amount_paid == (invoice.total if is_paid else 0)
    assert happened("payment.succeeded") + happened("payment.failed") == 1


def test_a_refusal_counts_once(invoice, at_once):
    payment = collect(invoice, Till(ON_ITS_WAY), at=NOW)

    at_once(*[lambda: again(payment).settle(REFUSED, at=LATER)] * 6)

    assert invoice.reload().attempt_count == 1
    assert happened("invoice.payment_failed") == 1


def test_workers_that_try_again_at_once_charge_once(invoice, at_once):
    collect(invoice, Till(REFUSED), at=NOW)
    till = Till(REFUSED)

    at_once(*[lambda: dunning.retry(Invoice.get_by_id(invoice.id), till, at=LATER)] * 6)

    assert len(till.keys) == 1
    assert invoice.reload().attempt_count == 2


def test_the_schedule_and_a_customer_at_once_charge_once(invoice, at_once):
    collect(invoice, Till(REFUSED), at=NOW)
    till = Till(TAKEN)

    def retry() -> None:
        dunning.retry(Invoice.get_by_id(invoice.id), till, at=LATER)

    def pay() -> None:
        collect(Invoice.get_by_id(invoice.id), till, at=LATER)

    at_once(*[retry, pay] * 3)

    assert len(till.keys) == 1
    assert invoice.reload().status == InvoiceStatus.PAID


def test_a_return_that_is_heard_of_twice_is_one(invoice, at_once):
    payment = collect(invoice, Till(), at=NOW)

    at_once(*[lambda: again(payment).return_("AC04", at=LATER)] * 6)

    stored = invoice.reload()
    assert (stored.amount_paid, stored.amount_due) == (0, invoice.total)
    assert happened("payment.returned") == stored.attempt_count == 1


def test_a_decision_and_an_answer_at_once_do_not_both_count(invoice, at_once):
    payment = collect(invoice, Till(SILENCE), at=NOW)
    with write():
        Payment.update(needs_review_at=NOW, review_reason="no_answer").execute()

    results = at_once(
        *[lambda: reviews.succeeded(again(payment), note="", at=LATER)] * 3,
        *[lambda: again(payment).settle(TAKEN, at=LATER)] * 3,
    )

    assert invoice.reload().amount_paid == invoice.total
    assert happened("payment.succeeded") == 1
    assert sum(isinstance(result, BillingError) for result in results) >= 2


def test_reminders_of_workers_at_once_are_one(invoice, at_once):
    with write():
        Invoice.update(collection_method="send_invoice", next_attempt_at=invoice.due_at).execute()
    at = invoice.due_at

    at_once(*[lambda: dunning.retry(Invoice.get_by_id(invoice.id), Till(), at=at)] * 6)

    assert happened("invoice.overdue") == 1
