"""Tax ids, kept by the merchant."""

import pytest

from portal.billing.customer_tax_ids import TaxId, add_tax_id
from tests.factories import NOW, a_customer, a_user


@pytest.fixture
def customer(db):
    return a_customer(country="DE")


@pytest.fixture
def dashboard(customer, staff):
    return staff(a_user(merchant=customer.merchant))


@pytest.fixture
def url(customer):
    return f"/dashboard/customers/{customer.id}/tax-ids"


def test_a_tax_id_is_added_in_its_stored_spelling_and_removed(dashboard, customer, url):
    answer = dashboard.post(
        url, data={"type": "eu_vat", "value": "de 136 695 976"}, follow_redirects=True
    )
    assert "DE136695976" in answer.text
    assert "DE136695976" in dashboard.get(f"/dashboard/customers/{customer.id}").text
    dashboard.post(f"{url}/{TaxId.get().id}/deletion")
    assert not TaxId.select().exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "eu_vat", "value": "DE136695977"},
        {"type": "eu_vat", "value": ""},
        {"type": "eu_vat", "value": "D" * 41},
        {"type": "moon_vat", "value": "DE136695976"},
    ],
)
def test_a_wrong_number_is_said_and_not_kept(dashboard, url, wrong):
    answer = dashboard.post(url, data=wrong)
    assert answer.status_code == 422
    assert "Please check what you entered" in answer.text
    assert not TaxId.select().exists()


def test_the_same_number_twice_is_refused(dashboard, url):
    data = {"type": "eu_vat", "value": "DE136695976"}
    dashboard.post(url, data=data)
    assert dashboard.post(url, data=data).status_code == 422
    assert TaxId.select().count() == 1


def test_the_tax_id_of_somebody_else_is_not_there(dashboard, customer, url):
    other = a_customer(merchant=customer.merchant)
    foreign = TaxId.create(merchant=customer.merchant, customer=other, type="eu_vat", value="DE1")
    assert dashboard.post(f"{url}/{foreign.id}/deletion").status_code == 404
    assert TaxId.select().exists()


@pytest.mark.parametrize(
    ("is_valid", "proof", "words"),
    [
        (True, {"requestIdentifier": "WAPI1"}, "Confirmed on 10 March 2026 by VIES"),
        (False, {}, "Not found by VIES on 10 March 2026"),
        (True, {"is_simulated": True}, "Confirmed on 10 March 2026 (simulated"),
        (False, {"is_simulated": True}, "Not found on 10 March 2026 (simulated"),
    ],
)
def test_what_the_register_said_is_said(dashboard, customer, url, is_valid, proof, words):
    add_tax_id(customer, "eu_vat", "DE136695976", at=NOW).verify(is_valid, proof, at=NOW)
    page = dashboard.get(url).text

    assert words in page
    assert words in dashboard.get(f"/dashboard/customers/{customer.id}").text
    assert ("VAT is charged" in page) == (not is_valid)
    assert ("Consultation number WAPI1" in page) == ("requestIdentifier" in proof)


def test_what_was_not_asked_yet_is_said(dashboard, customer, url):
    added = add_tax_id(customer, "eu_vat", "DE136695976", at=NOW)
    add_tax_id(customer, "de_stn", "181/815/08155", at=NOW)
    assert "Not yet checked by VIES" in dashboard.get(url).text
    assert "Format checked" in dashboard.get(url).text

    added.await_answer()
    assert "VIES does not answer at the moment" in dashboard.get(url).text
