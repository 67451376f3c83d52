"""Questions about outcomes: when they are asked, how often, and what comes after."""

from datetime import timedelta
from itertools import pairwise

import pytest

from portal.billing import asking, reviews
from portal.billing.collecting import collect
from portal.billing.errors import PaymentNotInReview, PaymentPending
from portal.billing.events import Event
from portal.billing.gateway import Charge, PaymentStatus
from portal.billing.invoices import InvoiceStatus
from portal.billing.payments import Payment
from tests.billing.tills import ON_ITS_WAY, REFUSED, SILENCE, TAKEN, Till
from tests.factories import NOW, a_customer, a_payment_method, an_invoice

pytestmark = pytest.mark.usefixtures("db")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def payment(db) -> Payment:
    """Charged, and the provider did not answer."""
    customer = a_customer()
    a_payment_method(customer=customer)
    return collect(an_invoice(customer=customer), Till(SILENCE), at=NOW)


def live_through(till: Till, *, days: int) -> list[timedelta]:
    """When questions were asked, counted from the attempt."""
    moments, at = [], NOW
    while at <= NOW + timedelta(days=days):
        for payment in asking.due(at):
            before = len(till.asked)
            asking.ask(payment, till, at=at)
            moments += [at - NOW] * (len(till.asked) - before)
        at += MINUTE if at < NOW + timedelta(hours=2) else timedelta(hours=1)
    return moments


def test_it_is_asked_after_five_minutes_an_hour_and_then_daily(payment):
    till = Till(SILENCE)

    moments = live_through(till, days=20)

    hour, day = timedelta(hours=1), timedelta(days=1)
    assert moments[:2] == [5 * MINUTE, 5 * MINUTE + hour]
    assert len(moments) == 7
    assert all(day <= b - a <= day + hour for a, b in pairwise(moments[1:]))
    assert till.keys == []


def test_then_a_person_has_to_look_and_nothing_is_charged_anew(payment):
    live_through(Till(SILENCE), days=20)

    stored = payment.reload()
    assert stored.is_unanswered
    assert (stored.review_reason, stored.ask_next_at) == ("no_answer", None)
    assert list(reviews.waiting(stored.merchant)) == [stored]
    assert Event.select().where(Event.type == "payment.review_needed").count() == 1
    with pytest.raises(PaymentPending):
        collect(stored.invoice, Till(), at=NOW + timedelta(days=21))


def test_an_answer_ends_the_questions(payment):
    till = Till(TAKEN)
    assert len(live_through(till, days=20)) == 1
    assert payment.invoice.reload().status == InvoiceStatus.PAID


def test_a_refusal_that_comes_late_is_one(payment):
    live_through(Till(REFUSED), days=1)
    assert payment.reload().status == PaymentStatus.FAILED
    assert payment.invoice.reload().attempt_count == 1


def test_a_debit_that_is_on_its_way_is_asked_for_two_months_long(payment):
    till = Till(ON_ITS_WAY)
    moments = live_through(till, days=70)
    assert 59 <= len(moments) <= 63
    assert payment.reload().review_reason == "no_answer"


def test_a_second_worker_with_an_old_copy_does_not_ask(payment):
    at = NOW + 5 * MINUTE
    first, second = asking.due(at).get(), asking.due(at).get()
    till = Till(SILENCE)

    asking.ask(first, till, at=at)
    asking.ask(second, till, at=at)

    assert len(till.asked) == 1


def test_a_crash_while_asking_costs_one_question_and_not_the_rest(payment):
    class Crash(Till):
        def find_charge(self, key):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asking.ask(asking.due(NOW + 5 * MINUTE).get(), Crash(), at=NOW + 5 * MINUTE)

    till = Till(TAKEN)
    live_through(till, days=1)
    assert payment.reload().status == PaymentStatus.SUCCEEDED


# ── what a person decides ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def odd(payment) -> Payment:
    live_through(Till(SILENCE), days=20)
    return payment.reload()


def test_the_merchant_may_say_that_the_money_came(odd):
    reviews.succeeded(odd, note="On the statement of 3 April", at=NOW)

    stored = odd.reload()
    assert (stored.status, stored.needs_review_at) == (PaymentStatus.SUCCEEDED, None)
    assert stored.note == "On the statement of 3 April"
    assert stored.invoice.status == InvoiceStatus.PAID
    reviewed = Event.get(Event.type == "payment.reviewed")
    assert (reviewed.data["outcome"], reviewed.data["note"]) == ("succeeded", stored.note)


def test_the_merchant_may_say_that_no_money_came(odd):
    reviews.failed(odd, note="", at=NOW)

    assert odd.reload().status == PaymentStatus.FAILED
    assert list(reviews.waiting(odd.merchant)) == []
    collect(odd.invoice, Till(), at=NOW)
    assert odd.invoice.reload().status == InvoiceStatus.PAID


def test_a_decision_is_made_once(odd):
    reviews.failed(odd, note="", at=NOW)
    for decide in (reviews.succeeded, reviews.failed, reviews.done):
        with pytest.raises(PaymentNotInReview):
            decide(odd, note="", at=NOW)


def test_what_nobody_has_to_look_at_is_not_decided(payment):
    for decide in (reviews.succeeded, reviews.failed, reviews.done):
        with pytest.raises(PaymentNotInReview):
            decide(payment, note="", at=NOW)


def test_what_the_provider_says_after_all_shows_up_again(odd):
    reviews.failed(odd, note="", at=NOW)
    odd.settle(TAKEN, at=NOW)

    (again,) = reviews.waiting(odd.merchant)
    assert (again.status, again.review_reason) == (PaymentStatus.FAILED, "contradiction")
    reviews.done(again, note="Refunded by hand", at=NOW)
    assert list(reviews.waiting(odd.merchant)) == []


def test_an_answer_in_time_makes_the_decision_needless(odd):
    odd.settle(Charge(PaymentStatus.SUCCEEDED), at=NOW)
    assert list(reviews.waiting(odd.merchant)) == []


def test_another_merchants_payments_are_not_shown(odd):
    assert list(reviews.waiting(a_customer().merchant)) == []
