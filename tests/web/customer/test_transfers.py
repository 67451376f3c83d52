"""An invoice that is paid by bank transfer: what its page says, and the code on it."""

from xml.etree.ElementTree import fromstring

import pytest

from portal.billing.creditor_references import creditor_reference
from portal.billing.money import Money
from portal.gateways.bank_transfer.details import bank_details, details_for, epc_code
from portal.selfservice.guest_links import guest_link
from tests.factories import NOW, a_customer, a_merchant, an_invoice
from tests.gateways.bank_transfer.statements import IBAN, a_bank_merchant


@pytest.fixture
def invoice(db):
    merchant = a_bank_merchant()
    return an_invoice(customer=a_customer(merchant=merchant, locale="en"))


def test_the_invoice_says_where_to_pay(sign_in, invoice):
    text = sign_in(invoice.customer).get(f"/p/invoices/{invoice.id}").text

    for words in (
        "Pay by bank transfer",
        "Lindenhof Gärten GmbH",
        "DE02 1203 0000 0000 2020 51",
        "BYLADEM1001",
        "€23.80",
        creditor_reference(invoice.number),
        f"/p/invoices/{invoice.id}/transfer-code.svg",
    ):
        assert words in text
    assert f"/p/invoices/{invoice.id}/payment/new" not in text


def test_the_code_is_a_picture_without_style_or_script(sign_in, invoice):
    answer = sign_in(invoice.customer).get(f"/p/invoices/{invoice.id}/transfer-code.svg")

    assert answer.mimetype == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert fromstring(answer.data).tag.endswith("svg")
    assert b"style" not in answer.data


def test_a_guest_sees_the_same(app, client, invoice):
    url = guest_link(invoice, app.extensions["keyring"])
    text = client.get(url).text

    assert "Pay by bank transfer" in text
    assert client.get(f"{url}/transfer-code.svg").mimetype == "image/svg+xml"
    assert "/setups" not in text


def test_somebody_elses_code_is_not_there(sign_in, invoice):
    stranger = sign_in(a_customer(merchant=invoice.merchant))

    assert stranger.get(f"/p/invoices/{invoice.id}/transfer-code.svg").status_code == 404


def test_a_paid_invoice_asks_for_no_transfer(sign_in, invoice):
    invoice.pay(2380, at=NOW)
    portal = sign_in(invoice.customer)

    assert "Pay by bank transfer" not in portal.get(f"/p/invoices/{invoice.id}").text
    assert portal.get(f"/p/invoices/{invoice.id}/transfer-code.svg").status_code == 404


def test_what_is_still_due_is_what_is_asked_for(invoice):
    invoice.pay(1000, at=NOW)

    assert bank_details(invoice.reload()).amount == Money(1380, "EUR")


def test_without_an_account_there_is_no_such_way(db):
    assert bank_details(an_invoice(customer=a_customer(merchant=a_merchant()))) is None


def test_another_currency_has_no_code_but_the_account(sign_in, db):
    customer = a_customer(merchant=a_bank_merchant())
    invoice = an_invoice(customer=customer, currency="CHF")
    text = sign_in(customer).get(f"/p/invoices/{invoice.id}").text

    assert "DE02 1203" in text
    assert "transfer-code" not in text


def test_payment_methods_say_that_there_are_none_to_add(sign_in, invoice):
    portal = sign_in(invoice.customer)

    for path in ("/p/payment-methods", "/p/"):
        text = portal.get(path, follow_redirects=True).text
        assert "You pay by bank transfer" in text
        assert "/p/payment-methods/new" not in text


# ── the code itself (EPC069-12) ─────────────────────────────────────────────────────────────────


def payload(monkeypatch, **given) -> list[str]:
    """What a scanner would read, taken where segno is handed it."""
    from segno import helpers

    read = []
    make = helpers.segno.make_qr

    def made(data, **options):
        read.append((data, options))
        return make(data, **options)

    monkeypatch.setattr(helpers.segno, "make_qr", made)
    merchant = a_bank_merchant(**given)
    epc_code(details_for(merchant, "LIN-000042", Money(123450, "EUR")))
    data, options = read[0]
    assert options["error"].upper() == "M"
    assert len(data) <= 331
    return data.decode().split("\n")


def test_the_code_holds_what_the_standard_says(db, monkeypatch):
    assert payload(monkeypatch) == [
        *("BCD", "002", "1", "SCT", "BYLADEM1001", "Lindenhof Gärten GmbH", IBAN, "EUR1234.5", ""),
        creditor_reference("LIN-000042"),
    ]


def test_the_longest_name_still_fits(db, monkeypatch):
    assert payload(monkeypatch, account_holder="ü" * 70)[5] == "ü" * 70


def test_a_longer_name_has_no_code_rather_than_a_wrong_one(db):
    details = details_for(a_bank_merchant(account_holder="x" * 71), "LIN-1", Money(1, "EUR"))

    assert not details.has_code
    with pytest.raises(ValueError, match="too long"):
        epc_code(details)
