"""The time machine's page: what is due on the way happens, and is told in order."""

from datetime import timedelta

import pytest

from portal.accounts.clocks import ClockAdvance
from portal.billing.invoices import Invoice
from portal.config import Settings
from portal.delivery.worker import Worker
from portal.record import now
from portal.web.zone import moment
from tests.factories import a_customer, a_payment_method, a_subscription, a_user

URL = "/dashboard/clock"


@pytest.fixture
def user(db):
    return a_user()


@pytest.fixture
def member(staff, user):
    return staff(user)


@pytest.fixture
def worker(app):
    settings: Settings = app.extensions["settings"]
    return Worker(settings)


@pytest.fixture
def subscription(user):
    customer = a_customer(merchant=user.merchant)
    a_payment_method(customer=customer)
    return a_subscription(customer=customer, at=now() - timedelta(days=1))


def test_three_months_bring_three_invoices_that_are_paid(member, user, subscription, worker):
    before = subscription.invoices.count()
    answer = member.post(URL, data={"step": "quarter"})
    assert answer.status_code == 303
    assert "Time is passing" in member.get(URL).text
    assert member.get(URL).headers["Refresh"] == "1"

    assert worker.run_once(now()).is_clean
    page = member.get(URL).text

    assert subscription.invoices.count() == before + 3
    assert page.count("was issued") == 3
    assert page.count("was paid") >= 3
    assert user.merchant.reload().time(now()) - now() > timedelta(days=89)


def test_what_happens_is_dated_by_its_own_day(member, subscription, worker):
    member.post(URL, data={"step": "quarter"})
    worker.run_once(now())

    issued = [invoice.issued_at for invoice in subscription.invoices.order_by(Invoice.id)]
    item = subscription.item
    assert issued[-3:] == [item.boundary(subscription.anchor_at, index) for index in (1, 2, 3)]


def test_a_date_is_needed_where_one_is_to_be_chosen(member):
    answer = member.post(URL, data={"step": "date"})

    assert answer.status_code == 422
    assert "Choose a date." in answer.text


def test_a_past_date_is_refused_in_words(member):
    answer = member.post(URL, data={"step": "date", "to": "2020-01-01"})

    assert answer.status_code == 409
    assert "The clock only goes forward." in answer.text


def test_an_empty_journey_says_so(member, worker):
    member.post(URL, data={"step": "day"})
    worker.run_once(now())

    assert "Nothing was due on the way" in member.get(URL).text


def test_a_live_merchant_has_no_time_machine(staff, user):
    user.merchant.is_sandbox = False
    user.merchant.save()

    assert staff(user).get(URL).status_code == 404


def test_views_follow_the_merchants_clock_and_sessions_the_real_one(member, user, app):
    at = now()
    journey = ClockAdvance.begin(user.merchant, at + timedelta(days=400), at=at)
    journey.reach(journey.to_at, real=at)
    with app.test_request_context():
        from portal.web.zone import use_zone

        use_zone(user.merchant.reload())
        assert moment() - now() > timedelta(days=399)
    assert member.get(URL).status_code == 200
