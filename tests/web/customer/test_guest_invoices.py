from datetime import timedelta

import pytest
import time_machine

from portal.billing.collecting import collect
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import Merchant
from portal.billing.payment_method_setups import PaymentMethodSetup
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment
from portal.gateways import gateway_for
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.guest_links import LIFE, PURPOSE, guest_link
from portal.selfservice.login_links import LoginLink
from tests.factories import NOW, a_customer, a_login_link, a_payment_method, an_invoice
from tests.web.customer.paying import choose, path_of


@pytest.fixture
def ada(app):
    return a_customer(name="Ada Lovelace", email="ada@example.test", locale="en")


@pytest.fixture
def invoice(ada):
    return an_invoice(customer=ada, amount=2380)


@pytest.fixture
def keyring(app):
    return app.extensions["keyring"]


@pytest.fixture
def link(invoice, keyring):
    return guest_link(invoice, keyring)


def give(client, link, card="visa"):
    """Give a test card for the invoice; the page that asks for the last word."""
    return choose(client, path_of(client.post(f"{link}/setups")), card)


def pay(client, link, card="visa"):
    client.get(give(client, link, card))
    setup = PaymentMethodSetup.select().order_by(PaymentMethodSetup.id.desc()).get()
    return client.post(f"{link}/payment", data={"setup": setup.id})


def test_the_link_opens_the_invoice_without_signing_in(client, link, invoice):
    page = client.get(link)

    assert page.status_code == 200
    for words in (invoice.number, "Consulting", "Pay €23.80"):
        assert words in page.text


def test_the_page_shows_nothing_but_the_invoice(client, ada, link, invoice):
    a_payment_method(customer=ada)
    other = an_invoice(customer=ada)
    collect(invoice, gateway_for("sandbox", invoice.merchant), at=NOW)

    page = client.get(link)

    for secret in ("ada@example.test", "4242", other.number, "/p/sign-out"):
        assert secret not in page.text, secret


def test_someone_else_who_is_signed_in_is_not_shown(sign_in, link):
    stranger = a_customer(email="grace@example.test")

    page = sign_in(stranger).get(link)

    assert "grace@example.test" not in page.text
    assert stranger.merchant.name not in page.text


def test_the_documents_are_those_of_the_customer(client, sign_in, ada, link, invoice):
    mine = sign_in(ada).get(f"/p/invoices/{invoice.id}.pdf")

    assert client.get(f"{link}/invoice.pdf").data == mine.data
    assert client.get(f"{link}/receipt.pdf").status_code == 404
    invoice.pay(2380, at=NOW)
    assert client.get(f"{link}/receipt.pdf").data.startswith(b"%PDF-")


def test_the_e_invoice_is_the_customers(client, sign_in, ada, link, keyring):
    Merchant.update(vat_id="DE136695976").where(Merchant.id == ada.merchant_id).execute()
    given = an_invoice(customer=ada.reload())
    mine = sign_in(ada).get(f"/p/invoices/{given.id}.xml")
    theirs = guest_link(given, keyring)

    assert mine.mimetype == "application/xml"
    assert client.get(f"{theirs}/invoice.xml").data == mine.data
    assert f"{theirs}/invoice.xml" in client.get(theirs).text
    assert client.get(f"{link}/invoice.xml").status_code == 404


def test_a_guest_gives_a_card_is_asked_and_pays(client, link, invoice):
    question = client.get(give(client, link))
    assert "Visa ending in 4242" in question.text
    assert "not kept for later payments" in question.text
    assert not Payment.select().exists()

    page = client.get(path_of(pay(client, link)))

    assert "Thank you. €23.80 has been paid." in page.text
    assert invoice.reload().status == InvoiceStatus.PAID


def test_what_a_guest_gives_is_not_the_customers(client, sign_in, ada, link):
    pay(client, link)

    assert not PaymentMethod.of(ada).exists()
    assert PaymentMethod.default_of(ada) is None
    assert "4242" not in sign_in(ada).get("/p/payment-methods").text


def test_a_guest_cannot_pay_with_the_customers_card(client, ada, link, invoice):
    method = a_payment_method(customer=ada)

    for data in ({}, {"payment_method": method.id}, {"setup": method.id}):
        assert client.post(f"{link}/payment", data=data).status_code == 404
    assert not Payment.select().exists()


def test_a_guest_cannot_take_up_what_was_begun_elsewhere(client, sign_in, ada, link):
    path_of(sign_in(ada).post("/p/payment-methods/setups"))
    mine = PaymentMethodSetup.get().id
    other = an_invoice(customer=ada)
    other_setup = PaymentMethodSetup.create(
        merchant=ada.merchant, customer=ada, gateway="sandbox", invoice_id=other.id
    ).id

    for setup in (mine, other_setup):
        assert client.get(f"{link}/setups/{setup}").status_code == 404
        assert client.post(f"{link}/payment", data={"setup": setup}).status_code == 404


def test_the_customer_does_not_take_up_what_a_guest_began(client, sign_in, ada, link):
    give(client, link)
    setup = PaymentMethodSetup.get()

    assert sign_in(ada).get(f"/p/payment-methods/setups/{setup.id}").status_code == 404


def test_a_card_that_was_not_given_yet_cannot_pay(client, link):
    path_of(client.post(f"{link}/setups"))

    answer = client.post(f"{link}/payment", data={"setup": PaymentMethodSetup.get().id})

    assert answer.status_code == 404


def test_leaving_the_provider_charges_nothing(client, link):
    path_of(client.post(f"{link}/setups"))

    page = client.get(path_of(client.get(f"{link}/setups/{PaymentMethodSetup.get().id}")))

    assert "Nothing was charged." in page.text


def test_a_decline_is_said_and_another_card_can_be_given(client, link, invoice):
    page = client.get(path_of(pay(client, link, "insufficient_funds")))
    assert "There is not enough money in the account." in page.text

    assert "has been paid" in client.get(path_of(pay(client, link))).text
    assert invoice.reload().status == InvoiceStatus.PAID


def test_a_guest_confirms_at_the_bank_and_comes_back_to_the_link(client, link, invoice):
    page = path_of(pay(client, link, "confirmation"))
    assert page in client.get(f"{link}/payment").text

    back = path_of(client.post(page, data={"decision": "confirm"}))

    assert back == f"{link}/payment"
    assert path_of(client.get(back)) == link
    assert invoice.reload().status == InvoiceStatus.PAID


def test_a_guest_is_not_led_to_the_customers_bank(client, ada, link, invoice):
    a_payment_method(customer=ada, token="tok_confirmation")
    collect(invoice, gateway_for("sandbox", invoice.merchant), at=now())

    page = client.get(f"{link}/payment")

    assert "Your payment is being confirmed" in page.text
    assert "/p/sandbox/" not in page.text
    assert path_of(client.post(f"{link}/setups")) == f"{link}/payment"


def test_a_double_click_pays_once(client, link):
    client.get(give(client, link))
    data = {"setup": PaymentMethodSetup.get().id}

    answers = [client.post(f"{link}/payment", data=data) for _ in range(2)]

    assert [path_of(answer) for answer in answers] == [link, link]
    assert Payment.select().count() == 1


def test_a_paid_invoice_takes_no_card(client, link, invoice):
    invoice.pay(2380, at=NOW)

    assert path_of(client.post(f"{link}/setups")) == link
    assert not PaymentMethodSetup.select().exists()


def test_changes_need_a_token(client, link):
    assert client.post(f"{link}/setups", csrf=False).status_code == 403
    assert client.post(f"{link}/payment", csrf=False).status_code == 403


PATHS = ("", "/invoice.pdf", "/invoice.xml", "/receipt.pdf", "/payment", "/setups/seti_1")


@pytest.mark.parametrize("path", PATHS)
def test_an_expired_link_leads_to_sign_in(client, ada, link, path):
    login = a_login_link(merchant=ada.merchant)
    with time_machine.travel(now() + LIFE + timedelta(minutes=1)):
        page = client.get(link + path)

    assert page.status_code == 404
    assert "This link has expired" in page.text
    assert login.path() in page.text
    assert "€23.80" not in page.text


def test_an_expired_link_of_a_portal_that_is_closed_names_the_merchant(client, ada, link):
    with time_machine.travel(now() + LIFE + timedelta(minutes=1)):
        page = client.get(link)

    assert LoginLink.active_of_merchant(ada.merchant) is None
    assert f"Please contact {ada.merchant.name} for a new one." in page.text


def test_the_link_works_to_its_last_day(client, link):
    with time_machine.travel(now() + LIFE - timedelta(minutes=1)):
        assert client.get(link).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_a_tampered_link_opens_nothing(client, link, path):
    head, _, signature = link.rpartition(".")
    for token in (f"{head}.{signature[::-1]}", f"{link[:-9]}", "/p/i/x", f"{link}x"):
        page = client.get(token + path)
        assert page.status_code == 404
        assert "This link does not work" in page.text


def test_a_text_signed_for_something_else_opens_nothing(client, keyring, ada, invoice):
    stranger = a_customer()
    for token in (
        keyring.sign("another_purpose", ada.merchant_id, invoice.id),
        keyring.sign(PURPOSE, stranger.merchant_id, invoice.id),
        keyring.sign(PURPOSE, ada.merchant_id, "in_nobodys"),
    ):
        page = client.get(f"/p/i/{token}")
        assert page.status_code == 404
        assert invoice.number not in page.text


def test_a_draft_is_not_opened(client, ada, keyring):
    draft = Invoice.create(merchant=ada.merchant, customer=ada, currency="EUR")

    assert client.get(guest_link(draft, keyring)).status_code == 404


def test_the_page_is_in_the_language_of_the_invoice(client, keyring):
    invoice = an_invoice(customer=a_customer(locale="de"))

    assert '<html lang="de">' in client.get(guest_link(invoice, keyring)).text


def test_a_guest_link_does_not_depend_on_the_portals_list(client, ada, link):
    PortalConfiguration.default_of(ada.merchant).change(at=NOW, shows_invoices=False)

    assert client.get(link).status_code == 200
