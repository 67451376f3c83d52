"""The recurring jobs as a worker runs them."""

from datetime import timedelta

import pytest

from portal import throttle
from portal.accounts.account_tokens import AccountToken, TokenPurpose
from portal.billing import due
from portal.billing.invoices import Invoice
from portal.billing.subscription_items import SubscriptionItem
from portal.delivery import maintenance
from portal.delivery.jobs import Job
from portal.delivery.transports import folder_of
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.portal_sessions import PortalSession
from tests.factories import NOW, a_customer, a_subscription, an_invoice, utc

LATER = utc(2026, 4, 11)


def test_a_pass_renews_what_is_over(run_once):
    a_subscription(collection_method="send_invoice")
    assert run_once(LATER).is_clean
    assert Invoice.select().where(Invoice.billing_reason == "subscription_cycle").count() == 1


def test_ones_trouble_is_reported_and_does_not_stop_the_others(run_once):
    subscriptions = [a_subscription(collection_method="send_invoice") for _ in range(3)]
    broken = subscriptions[1]
    SubscriptionItem.delete().where(SubscriptionItem.subscription == broken).execute()

    report = run_once(LATER)

    assert not report.is_clean
    assert broken.id in report.errors[0]
    assert Invoice.select().where(Invoice.billing_reason == "subscription_cycle").count() == 2


def test_more_than_fits_into_a_turn_is_done_in_several(run_once, monkeypatch):
    monkeypatch.setattr(maintenance, "SECONDS_A_TURN", 0)
    monkeypatch.setattr(due, "BATCH", 2)
    for _ in range(5):
        a_subscription(collection_method="send_invoice")
    assert run_once(LATER).is_clean
    assert Invoice.select().where(Invoice.billing_reason == "subscription_cycle").count() == 5
    assert Job.get(Job.name == "run_billing_cycle").arguments == {}


def test_one_pass_catches_up_on_everything(run_once):
    late = a_subscription(collection_method="send_invoice")
    assert run_once(utc(2026, 11, 11)).is_clean
    assert late.invoices.count() == 9


@pytest.fixture
def session(db):
    customer = a_customer()
    session, _ = PortalSession.open(
        customer, at=NOW, configuration=PortalConfiguration.default_of(customer.merchant)
    )
    return session


def test_sessions_are_kept_a_day_after_their_end(run_once, session):
    run_once(NOW + timedelta(hours=24))
    assert PortalSession.select().count() == 1
    run_once(NOW + timedelta(hours=25))
    assert PortalSession.select().count() == 0


def test_tokens_and_counters_go_too(run_once):
    AccountToken.issue(TokenPurpose.RESET, at=NOW)
    throttle.hit("5 per hour", "test", "x", at=NOW)
    run_once(NOW + timedelta(days=2))
    assert AccountToken.select().count() == 0
    assert throttle.RateCounter.select().count() == 0


def test_mails_that_were_kept_as_files_go_after_a_month(run_once, mail_settings):
    import os

    an_invoice()
    run_once()
    (path,) = folder_of(mail_settings.mail_url).glob("*.eml")
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    run_once(NOW + timedelta(days=29))
    assert path.exists()
    run_once(NOW + timedelta(days=31))
    assert not path.exists()


def test_dead_jobs_are_kept_for_a_month(run_once):
    Job.create(name="x", run_at=NOW, dead_at=NOW, created_at=NOW)
    run_once(NOW + timedelta(days=29))
    assert Job.select().where(Job.name == "x").exists()
    run_once(NOW + timedelta(days=30))
    assert not Job.select().where(Job.name == "x").exists()
