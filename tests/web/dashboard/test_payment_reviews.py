"""Payments that a person has to look at, and what the merchant does about failed ones."""

from datetime import timedelta

import pytest

from portal.billing import asking, refunds
from portal.billing.collecting import collect
from portal.billing.events import Event
from portal.billing.gateway import RefundStatus
from portal.billing.payments import Payment
from portal.billing.refunds import Refund
from portal.record import now
from tests.billing.tills import LOST, REFUSED, SILENCE, TAKEN, Till
from tests.factories import a_customer, a_payment_method, a_subscription, a_user, an_invoice


@pytest.fixture
def customer(db):
    return a_customer()


@pytest.fixture
def invoice(customer):
    """A renewal of a running subscription."""
    a_payment_method(customer=customer)
    begun = now() - timedelta(days=30)
    subscription = a_subscription(customer=customer, at=begun)
    return an_invoice(
        customer=customer,
        subscription=subscription,
        period_index=7,
        billing_reason="subscription_cycle",
        collection_method="charge_automatically",
        at=now() - timedelta(minutes=1),
    )


@pytest.fixture
def member(staff, customer):
    return staff(a_user(merchant=customer.merchant))


@pytest.fixture
def odd(invoice):
    """Asked for days, never answered."""
    at = now() - timedelta(days=9)
    payment = collect(invoice, Till(SILENCE), at=at)
    for _ in range(7):
        at += timedelta(days=1)
        asking.ask(payment, Till(SILENCE), at=at)
    return payment.reload()


def page_of(payment: Payment) -> str:
    return f"/dashboard/payment-reviews/{payment.id}"


def test_index_says_that_there_is_nothing_to_decide(member):
    assert "Nothing to decide" in member.get("/dashboard/payment-reviews").text


def test_index_lists_what_waits_and_the_overview_leads_there(member, odd):
    page = member.get("/dashboard/payment-reviews").text

    assert "€23.80" in page
    assert page_of(odd) in page
    assert "1 payment or refund waits for your decision" in member.get("/dashboard").text


def test_index_lists_refunds_that_nobody_answered_for(member, invoice):
    payment = collect(invoice, Till(TAKEN), at=now())
    refund = refunds.begin(payment, 1000, at=now())
    Refund.update(status=RefundStatus.UNKNOWN, needs_review_at=now()).execute()

    page = member.get("/dashboard/payment-reviews").text

    assert "€10.00" in page
    assert f"/dashboard/refunds/{refund.id}/retry" in page
    assert "Nothing to decide" not in page
    assert "1 payment or refund waits for your decision" in member.get("/dashboard").text


def test_show_names_provider_and_reason_in_words(member, invoice):
    payment = collect(invoice, Till(REFUSED), at=now())
    payment.settle(TAKEN, at=now())
    Payment.update(gateway="stripe").execute()

    page = member.get(page_of(payment)).text

    assert "Cards (Stripe)" in page
    assert "There was not enough money in the account." in page
    assert f'<code class="muted">{payment.reload().failure_reason}</code>' in page


def test_show_says_why_and_what_to_look_for(member, odd):
    page = member.get(page_of(odd)).text
    assert "did not say what became of it" in page
    assert odd.key in page


@pytest.mark.parametrize(("outcome", "standing"), [("succeeded", "paid"), ("failed", "open")])
def test_update_does_what_the_merchant_says(member, odd, outcome, standing):
    answer = member.post(page_of(odd), data={"outcome": outcome, "note": "Bank statement"})

    assert answer.status_code == 303
    assert odd.invoice.reload().status == standing
    assert odd.reload().note == "Bank statement"
    assert Event.get(Event.type == "payment.reviewed").actor_kind == "member"


def test_update_without_a_choice_keeps_the_note(member, odd):
    answer = member.post(page_of(odd), data={"note": "Bank statement"})
    assert answer.status_code == 422
    assert "Bank statement" in answer.text
    assert odd.reload().needs_review_at


def test_update_refuses_an_outcome_that_is_not_offered(member, odd):
    assert member.post(page_of(odd), data={"outcome": "done"}).status_code == 422


def test_update_twice_decides_once(member, odd):
    for outcome in ("failed", "failed"):
        member.post(page_of(odd), data={"outcome": outcome})
    assert Event.select().where(Event.type == "payment.reviewed").count() == 1


def test_what_is_odd_about_a_known_outcome_can_be_put_away(member, invoice):
    payment = collect(invoice, Till(REFUSED), at=now())
    payment.settle(TAKEN, at=now())

    assert "I have dealt with it" in member.get(page_of(payment)).text
    member.post(page_of(payment), data={"outcome": "done", "note": ""})

    assert not payment.reload().needs_review_at


def test_another_merchants_payments_are_not_found(staff, odd):
    stranger = staff(a_user())
    assert stranger.get(page_of(odd)).status_code == 404
    assert stranger.post(page_of(odd), data={"outcome": "succeeded"}).status_code == 404
    assert "€23.80" not in stranger.get("/dashboard/payment-reviews").text


# ── failed payments on the page of their invoice ────────────────────────────────────────────────


def test_the_invoice_says_why_it_failed_and_when_it_is_tried_again(member, invoice):
    collect(invoice, Till(REFUSED), at=now())
    page = member.get(f"/dashboard/invoices/{invoice.id}").text

    assert "It could not be collected" in page
    assert "There was not enough money in the account." in page
    assert "It is tried again on" in page


def test_the_invoice_says_that_a_method_is_of_no_use(member, invoice):
    collect(invoice, Till(LOST), at=now())
    page = member.get(f"/dashboard/invoices/{invoice.id}").text
    assert "it is not tried again" in page
    assert "lost" not in page.lower().replace("lost_card", "")


def test_trying_again_now_charges_the_default_method(member, invoice):
    collect(invoice, Till(REFUSED), at=now())
    answer = member.post(f"/dashboard/invoices/{invoice.id}/payment-attempts")

    assert answer.status_code == 303
    assert invoice.reload().status == "paid"
    assert "€23.80 was paid." in member.get(answer.headers["Location"]).text


def test_trying_again_without_a_method_is_refused_in_words(member, customer):
    invoice = an_invoice(customer=customer, at=now())
    answer = member.post(f"/dashboard/invoices/{invoice.id}/payment-attempts")
    assert "Add a payment method first." in member.get(answer.headers["Location"]).text


def test_trying_again_waits_for_an_attempt_without_answer(member, odd):
    member.post(f"/dashboard/invoices/{odd.invoice_id}/payment-attempts")
    assert Payment.select().count() == 1


def test_stopping_leaves_the_invoice_open(member, invoice):
    collect(invoice, Till(REFUSED), at=now())
    for _ in range(2):
        answer = member.post(f"/dashboard/invoices/{invoice.id}/dunning-stop")
        assert answer.status_code == 303

    stored = invoice.reload()
    assert (stored.status, stored.next_attempt_at) == ("open", None)
    assert "Nothing more happens by itself" in member.get(f"/dashboard/invoices/{invoice.id}").text


def test_the_subscription_says_which_invoice_is_late(member, invoice):
    collect(invoice, Till(REFUSED), at=now())
    page = member.get(f"/dashboard/subscriptions/{invoice.subscription_id}").text

    assert "Payments are late" in page
    assert f'<a href="/dashboard/invoices/{invoice.id}">Invoice {invoice.number}</a>' in page


def test_another_merchants_invoices_are_neither_charged_nor_stopped(staff, invoice):
    stranger = staff(a_user())
    for command in ("payment-attempts", "dunning-stop"):
        assert stranger.post(f"/dashboard/invoices/{invoice.id}/{command}").status_code == 404
