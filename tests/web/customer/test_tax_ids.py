"""Tax ids of the customer: checked, kept once, removed, and only where it is offered."""

import pytest

from portal.billing.customer_tax_ids import TaxId
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from tests.factories import a_customer

URL = "/p/tax-ids"
VALID = {"type": "eu_vat", "value": "DE 136 695 976"}


@pytest.fixture
def customer(app):
    customer = a_customer()
    PortalConfiguration.default_of(customer.merchant).change(at=now(), updates_tax_ids=True)
    return customer


@pytest.fixture
def ada(customer, sign_in):
    return sign_in(customer)


def values_of(customer) -> list[str]:
    return [row.value for row in TaxId.select().where(TaxId.customer == customer)]


def test_index_says_that_there_is_none(ada):
    text = ada.get(URL).text
    assert "No tax ID yet" in text
    assert "VAT ID (EU)" in text


def test_create_keeps_it_in_its_usual_spelling(ada, customer):
    answer = ada.post(URL, data=VALID, follow_redirects=True)
    assert "The tax ID is added." in answer.text
    assert "DE136695976" in answer.text
    assert values_of(customer) == ["DE136695976"]
    assert "DE136695976" in ada.get("/p/").text


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"value": "DE123"}, "An example: DE136695976"),
        ({"value": ""}, "Enter the number."),
        ({"type": "xx_vat"}, "Not a valid choice"),
    ],
)
def test_wrong_ones_are_refused_next_to_the_field(ada, customer, wrong, complaint):
    answer = ada.post(URL, data=VALID | wrong)
    assert answer.status_code == 422
    assert complaint in answer.text
    assert values_of(customer) == []


def test_the_same_number_twice_is_refused(ada, customer):
    ada.post(URL, data=VALID)
    answer = ada.post(URL, data=VALID)
    assert answer.status_code == 422
    assert "This number is on your list already." in answer.text
    assert len(values_of(customer)) == 1


def test_the_same_form_twice_is_no_error(ada, customer):
    token = ada.token()
    answers = [ada.post(URL, data=VALID | {"csrf_token": token}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(values_of(customer)) == 1


def test_there_are_five_at_most(ada, customer):
    numbers = ["181/815/08155", "DE136695976", "DE129273398", "DE811907980", "DE811569869"]
    for number in numbers:
        kind = "de_stn" if "/" in number else "eu_vat"
        assert ada.post(URL, data={"type": kind, "value": number}).status_code == 303, number
    answer = ada.post(URL, data={"type": "gb_vat", "value": "GB980780684"})
    assert answer.status_code == 422
    assert "There can be five tax IDs at most." in answer.text


def test_destroy_removes_it(ada, customer):
    ada.post(URL, data=VALID)
    tax_id = TaxId.get(TaxId.customer == customer)
    answer = ada.post(f"{URL}/{tax_id.id}/deletion", follow_redirects=True)
    assert "The tax ID is removed." in answer.text
    assert values_of(customer) == []


def test_somebody_elses_is_not_there(ada, customer, sign_in):
    ada.post(URL, data=VALID)
    tax_id = TaxId.get(TaxId.customer == customer)
    other = a_customer(merchant=customer.merchant)
    assert sign_in(other).post(f"{URL}/{tax_id.id}/deletion").status_code == 404
    assert values_of(customer) == ["DE136695976"]


def test_where_it_is_off_it_is_refused(app, sign_in):
    customer = a_customer()
    ada = sign_in(customer)
    assert ada.get(URL).status_code == 403
    assert ada.post(URL, data=VALID).status_code == 403
    assert ada.post(f"{URL}/txi_1/deletion").status_code == 403
    assert values_of(customer) == []
    assert "tax ID" not in ada.get("/p/").text


def test_htmx_gets_the_list_and_the_form_alone(ada):
    headers = {"HX-Request": "true", "HX-Target": "tax_ids"}
    answer = ada.post(URL, data=VALID | {"value": "DE1"}, headers=headers)
    assert answer.status_code == 422
    assert '<div id="tax_ids"' in answer.text
    assert "<!doctype" not in answer.text
