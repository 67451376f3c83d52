"""What is over when its mail is sent is not announced: a time machine passes many days at once."""

from datetime import date, timedelta

import pytest

from portal.accounts.clocks import ClockAdvance
from portal.billing import events
from portal.billing.payment_methods import PaymentMethod
from portal.billing.periods import Interval
from portal.delivery.clock_jobs import travel
from tests.factories import (
    NOW,
    a_customer,
    a_payment_method,
    a_price,
    a_subscription,
    an_invoice,
)


@pytest.fixture
def customer(db):
    customer = a_customer()
    a_payment_method(customer=customer)
    return customer


@pytest.fixture
def said_after(run_once, mails, customer, monkeypatch):
    """The subjects of the mails that are sent once the clock has gone that many days ahead."""
    monkeypatch.setattr("portal.delivery.clock_jobs.now", lambda: NOW)

    def said_after(days: int) -> list[str]:
        run_once()
        before = len(mails())
        merchant = customer.merchant.reload()
        target = merchant.time(NOW) + timedelta(days=days)
        journey, stuck = ClockAdvance.begin(merchant, target, at=NOW), None
        while not journey.finished_at:
            stuck = travel(journey, stuck)
        assert run_once().is_clean
        return [mail["Subject"] for mail in mails()[before:]]

    return said_after


def of(words: str, subjects: list[str]) -> int:
    return sum(words in subject for subject in subjects)


def test_a_trial_is_announced_to_end_while_it_runs_only(said_after, customer):
    a_subscription(customer=customer, trial_days=30)

    assert of("Your trial", said_after(25)) == 1
    assert of("Your trial", said_after(20)) == 0


def test_of_a_trial_that_was_passed_the_receipt_tells(said_after, customer):
    a_subscription(customer=customer, trial_days=30)
    subjects = said_after(31)

    assert of("Your trial", subjects) == 0
    assert of("Receipt", subjects) == 1


def test_a_renewal_that_was_passed_is_not_announced_as_the_next_one(said_after, customer):
    price = a_price(merchant=customer.merchant, interval=Interval.YEAR)
    a_subscription(customer=customer, price=price)

    assert of("renews on", said_after(360)) == 1
    assert of("renews on", said_after(300)) == 0
    assert of("renews on", said_after(100)) == 0


@pytest.fixture
def told(run_once, mails):
    """Whether an event about a record leads to a mail."""

    def told(type_: str, record, **data) -> bool:
        run_once()
        before = len(mails())
        events.record(type_, record.merchant_id, at=NOW, object_id=record.id, **data)
        run_once()
        return len(mails()) > before

    return told


@pytest.mark.parametrize(("days", "expected"), [(1, True), (0, False), (-1, False)])
def test_an_attempt_that_was_due_is_not_promised(told, customer, days, expected):
    next_at = NOW + timedelta(days=days)
    invoice = an_invoice(customer=customer)

    assert told("invoice.payment_failed", invoice, next_attempt_at=next_at.isoformat()) is expected


@pytest.mark.parametrize(("days", "expected"), [(1, True), (0, True), (-1, False)])
def test_a_debit_of_yesterday_is_not_announced(told, customer, days, expected):
    invoice = an_invoice(customer=customer)
    due_on = (NOW + timedelta(days=days)).date().isoformat()
    told_of = {"invoice": invoice.id, "amount": 2380, "currency": "EUR", "due_on": due_on}

    assert told("sepa.prenotification", invoice, **told_of) is expected


@pytest.mark.parametrize(
    ("month", "expected"), [(date(2026, 3, 1), True), (date(2026, 2, 1), False)]
)
def test_a_card_that_has_expired_is_not_said_to_expire(told, customer, month, expected):
    method = PaymentMethod.default_of(customer)
    method.exp_year, method.exp_month = month.year, month.month
    method.save()

    assert told("payment_method.expiring", method) is expected
