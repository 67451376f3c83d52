"""Giving a direct debit mandate in the portal, and being told of debits."""

from datetime import timedelta

import pytest

from portal.billing.gateway import PaymentStatus
from portal.billing.money import Money
from portal.billing.payment_method_setups import PaymentMethodSetup
from portal.billing.payment_methods import PaymentMethod
from portal.database import write
from portal.gateways.sepa.records import SepaMandate
from portal.record import now
from tests.factories import a_customer, a_payment_method, a_subscription, an_invoice
from tests.gateways.sepa.debits import IBAN, Debits, a_guest_setup

GIVEN = {"name": "Ada Lovelace", "iban": IBAN, "agrees": "y"}


@pytest.fixture
def debits(db) -> Debits:
    debits = Debits()
    debits.time = now()
    return debits


@pytest.fixture
def customer(debits):
    return a_customer(merchant=debits.merchant, locale="en")


@pytest.fixture
def portal(sign_in, customer):
    return sign_in(customer)


def begun(portal) -> str:
    """The address of the mandate page, as the customer comes to it."""
    return portal.post("/p/payment-methods/setups", data={"is_default": "1"}).headers["Location"]


def test_the_form_shows_all_that_a_mandate_must_say(portal, debits):
    text = portal.get(begun(portal)).text
    mandate = SepaMandate.get()

    for words in (
        "SEPA Direct Debit Mandate",
        debits.merchant.account_holder,
        "Gartenweg 3",
        "10115 Berlin",
        debits.merchant.creditor_id,
        mandate.reference,
        "Recurrent payment",
        "(A)",
        "(B)",
        "within 8 weeks",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("locale", "words"), [("de", "SEPA-Lastschriftmandat"), ("fr", "Mandat de prélèvement SEPA")]
)
def test_it_is_in_the_language_of_the_debtor(sign_in, debits, locale, words):
    customer = a_customer(merchant=debits.merchant, locale=locale)

    assert words in sign_in(customer).get(begun(sign_in(customer))).text


def test_giving_it_adds_the_account_as_a_method(portal, customer):
    url = begun(portal)

    done = portal.post(url, data=GIVEN, follow_redirects=True)

    assert "SEPA direct debit ending in 3000" in done.text
    method = PaymentMethod.default_of(customer)
    assert (method.gateway, method.type, method.last4) == ("sepa", "sepa_debit", "3000")
    mandate = SepaMandate.get()
    assert method.mandate_reference == mandate.reference
    assert mandate.accepted_ip == "127.0.0.1"
    assert mandate.customer_id == customer.id


def test_coming_back_to_a_mandate_that_was_given_leads_on(portal):
    url = begun(portal)
    portal.post(url, data=GIVEN)

    for again in (portal.get(url), portal.post(url, data=GIVEN | {"iban": "wrong"})):
        assert again.status_code == 303
    assert PaymentMethodSetup.select().count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"iban": "DE00 1234"}, "This is not the IBAN of an account in the SEPA area."),
        ({"iban": ""}, "Enter an IBAN."),
        ({"name": ""}, "Enter the name of the account holder."),
        ({"agrees": ""}, "Please confirm the mandate."),
    ],
)
def test_what_is_missing_or_wrong_is_said(portal, wrong, words):
    given = {name: value for name, value in (GIVEN | wrong).items() if value}
    answer = portal.post(begun(portal), data=given)

    assert answer.status_code == 422
    assert words in answer.text
    assert not SepaMandate.get().is_accepted


def test_an_address_that_nobody_was_given_is_not_there(client, db):
    assert client.get("/p/mandates/nothing").status_code == 404
    assert client.post("/p/mandates/nothing", data=GIVEN).status_code == 404


def test_the_page_of_a_mandate_is_open_for_a_day(portal, client):
    url = begun(portal)
    assert client.get(url).status_code == 200
    with write():
        SepaMandate.update(created_at=now() - timedelta(days=1)).execute()

    assert client.get(url).status_code == client.post(url, data=GIVEN).status_code == 404
    assert not SepaMandate.get().is_accepted


def test_addresses_of_mandates_are_not_tried_one_after_the_other(client, db):
    answers = [client.get(f"/p/mandates/{number}").status_code for number in range(52)]
    assert set(answers[:50]) == {404}
    assert set(answers[50:]) == {429}


def test_a_guest_gives_a_mandate_for_one_debit(client, debits):
    from portal.billing.payment_method_setups import payer_of

    setup = a_guest_setup(debits)
    url = debits.gateway.setup_url(setup.key, "/p/", payer_of(setup.customer))

    assert "One-off payment" in client.get(url).text


def test_an_announced_debit_stands_on_its_invoice(sign_in, debits):
    invoice, _, collection = debits.debit()
    portal = sign_in(invoice.customer)

    for path in (f"/p/invoices/{invoice.id}", f"/p/invoices/{invoice.id}/payment"):
        answer = portal.get(path)
        assert "will be debited" in answer.text
        assert collection.mandate.reference in answer.text
        assert "Refresh" not in answer.headers


def test_removing_the_account_takes_the_mandate_back(portal, customer):
    portal.post(begun(portal), data=GIVEN, follow_redirects=True)
    method = PaymentMethod.default_of(customer)

    portal.post(f"/p/payment-methods/{method.id}/removal")

    assert SepaMandate.get().revoked_at


def test_the_way_to_a_mandate_speaks_of_accounts_not_cards(portal, customer):
    an_invoice(customer=customer)
    text = portal.get("/p/payment-methods/new").text

    assert "You pay by SEPA direct debit." in text
    assert "card number" not in text


def test_the_mandate_of_the_only_method_can_be_taken_back(sign_in, debits, customer):
    method = debits.method(debits.mandate(customer))
    a_subscription(customer=customer)
    portal = sign_in(customer)
    url = f"/p/payment-methods/{method.id}/mandate-revocation"
    assert url in portal.get(f"/p/payment-methods/{method.id}/removal/new").text

    done = portal.post(url, follow_redirects=True)

    assert "The mandate was taken back." in done.text
    assert "No valid mandate" in done.text
    assert SepaMandate.get().revoked_at
    charge = debits.gateway.charge(Money(100, "EUR"), method.token, "payment-1")
    assert charge.status == PaymentStatus.FAILED


def test_only_ones_own_mandate_can_be_taken_back(sign_in, debits, customer):
    method = debits.method(debits.mandate(customer))
    card = a_payment_method(customer=customer)
    stranger = sign_in(a_customer(merchant=debits.merchant))

    assert stranger.post(f"/p/payment-methods/{method.id}/mandate-revocation").status_code == 404
    url = f"/p/payment-methods/{card.id}/mandate-revocation"
    assert sign_in(customer).post(url).status_code == 404
    assert not SepaMandate.get().revoked_at
