"""What a customer reads when a payment did not go through."""

from datetime import timedelta

import pytest

from portal.billing import dunning
from portal.billing.collecting import collect
from portal.billing.gateway import Charge, PaymentStatus
from portal.database import write
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from tests.billing.tills import LOST, REFUSED, SILENCE, Till
from tests.factories import a_customer, a_payment_method, a_subscription, an_invoice


@pytest.fixture
def ada(app):
    return a_customer()


@pytest.fixture
def client(sign_in, ada):
    return sign_in(ada)


@pytest.fixture
def invoice(ada):
    return a_renewal(ada)


def a_renewal(customer, with_method=True, **given):
    if with_method:
        a_payment_method(customer=customer)
    subscription = a_subscription(customer=customer, at=now() - timedelta(days=20), **given)
    return an_invoice(
        customer=customer,
        subscription=subscription,
        period_index=7,
        billing_reason="subscription_cycle",
        collection_method=subscription.collection_method,
        at=now() - timedelta(days=20),
    )


def pages(client, invoice):
    return [
        client.get(path).text
        for path in (
            "/p/",
            f"/p/subscriptions/{invoice.subscription_id}",
            f"/p/invoices/{invoice.id}",
        )
    ]


def test_home_subscription_and_invoice_say_what_failed_why_and_what_is_next(client, invoice):
    collect(invoice, Till(REFUSED), at=now())
    for page in pages(client, invoice):
        assert "A payment did not go through" in page
        assert f"€23.80 for invoice {invoice.number} could not be collected." in page
        assert "There was not enough money in the account." in page
        assert "We try again on" in page
        assert f"/p/invoices/{invoice.id}/payment/new" in page


def test_home_leads_to_paying_and_to_another_method(client, invoice):
    collect(invoice, Till(REFUSED), at=now())
    page = client.get("/p/").text
    assert "Pay now" in page
    assert "Change payment method" in page


def test_a_method_that_is_of_no_use_is_said_without_saying_why(client, invoice):
    collect(invoice, Till(LOST), at=now())
    for page in pages(client, invoice):
        assert "this one is not tried again" in page
        assert "The bank declined the payment." in page
        assert "lost" not in page.lower()


def test_while_it_is_being_confirmed_nothing_failed(client, invoice):
    collect(invoice, Till(REFUSED), at=now())
    collect(invoice, Till(SILENCE), at=now())
    for page in pages(client, invoice):
        assert "A payment is being confirmed" in page
        assert "did not go through" not in page


def test_when_nothing_more_is_tried_the_customer_is_asked_to_pay(client, invoice):
    collect(invoice, Till(REFUSED), at=now())
    dunning.stop(invoice, at=now())
    assert "It is not tried again by itself. Please pay now." in client.get("/p/").text


def test_without_a_method_one_is_asked_for(client, ada):
    invoice = a_renewal(ada, with_method=False)
    dunning.after_failure(invoice, None, at=now())
    page = client.get("/p/").text
    assert "There is no payment method that can be charged." in page
    assert "Add a payment method, and we try it at once." in page


def test_an_overdue_invoice_is_said_to_be_one(client, ada):
    invoice = a_renewal(ada, with_method=False, collection_method="send_invoice")
    dunning.retry(invoice, Till(), at=now())
    page = client.get("/p/").text
    assert f"Invoice {invoice.number} is overdue" in page
    assert "Change payment method" not in page


def test_money_that_the_bank_took_back_is_due_again(client, invoice):
    collect(invoice, Till(), at=now()).return_("AC04", at=now())
    page = client.get("/p/").text
    assert "could not be collected" in page
    assert "The account is closed." in page


def test_a_charge_of_another_sum_is_being_confirmed(client, invoice):
    collect(invoice, Till(Charge(PaymentStatus.SUCCEEDED, amount=1)), at=now())
    page = client.get(f"/p/invoices/{invoice.id}").text
    assert "A payment is being confirmed" in page


def test_where_invoices_are_not_shown_only_the_method_can_be_changed(client, ada, invoice):
    with write():
        PortalConfiguration.update(shows_invoices=False).where(
            PortalConfiguration.merchant == ada.merchant
        ).execute()
    collect(invoice, Till(REFUSED), at=now())
    page = client.get("/p/").text
    assert "could not be collected" in page
    assert "Pay now" not in page
    assert "Change payment method" in page


def test_where_all_is_well_nothing_is_said(client, invoice):
    assert "did not go through" not in client.get("/p/").text


def test_others_do_not_see_it(sign_in, invoice):
    collect(invoice, Till(REFUSED), at=now())
    assert "could not be collected" not in sign_in(a_customer()).get("/p/").text
