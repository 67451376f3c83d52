import re

import pytest

from portal.billing.gateway import PaymentStatus
from portal.billing.invoices import InvoiceStatus
from portal.billing.payments import Payment
from portal.database import database
from portal.gateways.sandbox.gateway import SandboxGateway
from portal.gateways.sandbox.records import SandboxCharge
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from tests.factories import NOW, a_customer, a_payment_method, an_invoice
from tests.support.client import TOKEN
from tests.web.customer.paying import choose, path_of


@pytest.fixture
def ada(app):
    return a_customer()


@pytest.fixture
def client(sign_in, ada):
    return sign_in(ada)


@pytest.fixture
def invoice(ada):
    return an_invoice(customer=ada, amount=2380)


@pytest.fixture
def pay(client, ada, invoice):
    """Pay the invoice with a test card; the answer to the form."""

    def pay(card="visa", **options):
        method = a_payment_method(customer=ada, token=f"tok_{card}")
        data = {"payment_method": method.id}
        return client.post(f"/p/invoices/{invoice.id}/payment", data=data, **options)

    return pay


def test_new_says_what_will_be_charged_and_to_what(client, ada, invoice):
    a_payment_method(customer=ada)

    page = client.get(f"/p/invoices/{invoice.id}/payment/new")

    assert "€23.80" in page.text
    assert "Visa ending in 4242" in page.text
    assert re.search(r"<input[^>]*checked", page.text)


@pytest.mark.parametrize("given", [{}, {"type": "sepa_debit"}])
def test_new_does_not_say_that_a_debit_is_charged_now(client, ada, invoice, given):
    a_payment_method(customer=ada, **given)

    page = client.get(f"/p/invoices/{invoice.id}/payment/new").text

    assert ("This amount is charged now" in page) == (not given)


def test_cards_that_end_in_the_same_digits_can_be_told_apart(client, ada, invoice):
    for year in (2027, 2031):
        a_payment_method(customer=ada, exp_month=3, exp_year=year)
    page = client.get(f"/p/invoices/{invoice.id}/payment/new").text
    assert page.count("Visa ending in 4242") == 2
    assert "Valid until 03/2027" in page
    assert "Valid until 03/2031" in page


def test_new_without_a_method_leads_to_adding_one_and_back(client, invoice):
    path = f"/p/invoices/{invoice.id}/payment/new"
    assert "/p/payment-methods/new?back=" in client.get(path).text

    setup = path_of(client.post("/p/payment-methods/setups", data={"back": path}))

    assert path_of(client.get(choose(client, setup, "visa"))) == path


def test_new_offers_no_adding_where_the_merchant_forbids_it(client, ada, invoice):
    PortalConfiguration.default_of(ada.merchant).change(at=NOW, updates_payment_methods=False)

    page = client.get(f"/p/invoices/{invoice.id}/payment/new")

    assert "/p/payment-methods/new" not in page.text
    assert f"Please contact {ada.merchant.name}" in page.text


def test_paying_pays_and_says_so(client, pay, invoice):
    page = client.get(path_of(pay()))

    assert "Thank you. €23.80 has been paid." in page.text
    assert invoice.reload().status == InvoiceStatus.PAID
    assert Payment.get().amount == 2380


def test_a_choice_is_needed_and_only_own_methods_count(client, ada, invoice):
    a_payment_method(customer=ada)
    theirs = a_payment_method(customer=a_customer(merchant=ada.merchant))
    path = f"/p/invoices/{invoice.id}/payment"

    for data in ({}, {"payment_method": theirs.id}, {"payment_method": "pm_nobodys"}):
        assert client.post(path, data=data).status_code == 422
    assert not Payment.select().exists()


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("declined", "The bank declined the payment without giving a reason."),
        ("insufficient_funds", "There is not enough money in the account."),
        ("expired", "The card has expired."),
    ],
)
def test_a_decline_is_said_in_words_and_can_be_tried_again(client, pay, invoice, card, words):
    page = client.get(path_of(pay(card)))

    assert words in page.text
    assert "Nothing was charged." in page.text
    assert invoice.reload().status == InvoiceStatus.OPEN

    assert "has been paid" in client.get(path_of(pay("visa"))).text


@pytest.mark.parametrize("card", ["visa", "declined", "confirmation", "late", "never"])
def test_a_form_that_is_sent_twice_makes_one_attempt(client, ada, invoice, card):
    method = a_payment_method(customer=ada, token=f"tok_{card}")
    token = TOKEN.search(client.get(f"/p/invoices/{invoice.id}/payment/new").text)[1]
    data = {"payment_method": method.id, "csrf_token": token}

    answers = [
        client.post(f"/p/invoices/{invoice.id}/payment", data=data, csrf=False) for _ in range(3)
    ]

    assert [answer.status_code for answer in answers] == [303] * 3
    assert Payment.select().count() == 1
    assert SandboxCharge.select().count() == 1


def test_two_tabs_pay_once(client, pay, invoice):
    pay()

    assert path_of(pay()) == f"/p/invoices/{invoice.id}"
    assert Payment.select().count() == 1


def test_a_second_tab_waits_for_the_first(client, pay, invoice):
    pay("late")

    assert path_of(pay()) == f"/p/invoices/{invoice.id}/payment"
    assert Payment.select().count() == 1


def test_the_attempt_is_committed_before_the_provider_is_called(pay, monkeypatch):
    outside, seen = database.transaction_depth(), []
    real = SandboxGateway.charge

    def noting(self, amount, token, key):
        seen.append((database.transaction_depth(), Payment.get().key == key))
        return real(self, amount, token, key)

    monkeypatch.setattr(SandboxGateway, "charge", noting)
    pay()

    assert seen == [(outside, True)]


def test_a_payment_that_needs_confirmation_is_confirmed_at_the_bank(client, pay, invoice):
    page = path_of(pay("confirmation"))
    assert page.startswith("/p/sandbox/confirmations/")
    assert "€23.80" in client.get(page).text
    assert invoice.reload().status == InvoiceStatus.OPEN

    back = path_of(client.post(page, data={"decision": "confirm"}))
    assert back == f"/p/invoices/{invoice.id}/payment"
    assert "has been paid" in client.get(path_of(client.get(back))).text
    assert invoice.reload().status == InvoiceStatus.PAID


def test_a_refused_confirmation_charges_nothing(client, pay, invoice):
    page = path_of(pay("confirmation"))

    back = path_of(client.post(page, data={"decision": "refuse"}))

    assert "The payment was not confirmed." in client.get(path_of(client.get(back))).text
    assert invoice.reload().status == InvoiceStatus.OPEN


def test_a_decision_at_the_bank_stands(client, pay, invoice):
    page = path_of(pay("confirmation"))
    client.post(page, data={"decision": "confirm"})
    client.post(page, data={"decision": "refuse"})

    client.get(f"/p/invoices/{invoice.id}/payment")

    assert invoice.reload().status == InvoiceStatus.PAID
    assert client.get(page).status_code == 303
    assert client.post(page, data={"decision": "maybe"}).status_code == 422


def test_a_confirmation_that_was_left_can_be_taken_up_again(client, pay, invoice):
    page = path_of(pay("confirmation"))

    waiting = client.get(f"/p/invoices/{invoice.id}/payment")

    assert "Your payment needs confirmation" in waiting.text
    assert page in waiting.text
    assert "Refresh" not in waiting.headers


def test_a_late_answer_is_waited_for(client, pay, invoice):
    page = client.get(path_of(pay("late")))
    assert "Your payment is being confirmed" in page.text
    assert page.headers["Refresh"] == "5"

    SandboxCharge.update(created_at=NOW).execute()
    page = client.get(path_of(client.get(f"/p/invoices/{invoice.id}/payment")))

    assert "has been paid" in page.text


def test_no_answer_is_no_refusal(client, pay, invoice):
    page = client.get(path_of(pay("never")))

    assert "Your payment is being confirmed" in page.text
    assert Payment.get().status == PaymentStatus.UNKNOWN
    shown = client.get(f"/p/invoices/{invoice.id}")
    assert "A payment is being confirmed" in shown.text
    assert "/payment/new" not in shown.text


def test_waiting_for_long_asks_less_and_then_no_more_by_itself(client, pay, invoice):
    pay("never")
    path, begun = f"/p/invoices/{invoice.id}/payment", now()

    for minutes, expected in ((10, "30"), (60, None)):
        moment = begun.timestamp() - minutes * 60
        Payment.update(created_at=int(moment * 1_000_000)).execute()
        assert client.get(path).headers.get("Refresh") == expected


def test_what_is_paid_or_void_is_not_paid_again(client, ada, invoice):
    a_payment_method(customer=ada)
    invoice.void(at=NOW)

    answer = client.get(f"/p/invoices/{invoice.id}/payment/new")

    assert path_of(answer) == f"/p/invoices/{invoice.id}"


def test_paying_what_is_void_is_refused_in_words(client, pay, invoice):
    invoice.void(at=NOW)

    answer = pay()

    assert answer.status_code == 409
    assert "This invoice is not open any more." in answer.text


def test_the_amount_is_never_taken_from_the_form(client, ada, invoice):
    method = a_payment_method(customer=ada)
    data = {"payment_method": method.id, "amount": "1", "status": "paid"}

    client.post(f"/p/invoices/{invoice.id}/payment", data=data)

    assert Payment.get().amount == 2380


def test_an_invoice_that_nobody_paid_has_no_payment_page(client, invoice):
    answer = client.get(f"/p/invoices/{invoice.id}/payment")

    assert path_of(answer) == f"/p/invoices/{invoice.id}"
