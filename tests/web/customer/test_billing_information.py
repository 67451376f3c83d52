"""Who is billed: shown, and changed as far as the merchant allows."""

import re

import pytest

from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.portal_sessions import PortalSession
from portal.web.customer import drafts
from tests.factories import a_customer, an_invoice

URL = "/p/billing-information"
BERLIN = {
    "name": "Ada Lovelace",
    "company": "Analytical Engines",
    "phone": "+49 30 1234567",
    "country": "DE",
    "line1": "Gartenweg 3",
    "line2": "",
    "postal_code": "D-10115",
    "city": "Berlin",
    "locale": "de",
    "cc_emails": "Books@Example.test\r\nbooks@example.test\r\n\r\nboss@example.test",
}


@pytest.fixture
def customer(app):
    return a_customer(country="DE")


@pytest.fixture
def ada(customer, sign_in):
    return sign_in(customer)


def configure(customer, **given):
    PortalConfiguration.default_of(customer.merchant).change(at=now(), **given)


def value_of(text: str, name: str) -> str | None:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', text)
    return found and found[1]


def test_edit_shows_what_is_stored(ada, customer):
    customer.change(at=now(), line1="Gartenweg 3", city="Berlin", postal_code="10115")
    text = ada.get(URL).text
    assert value_of(text, "name") == "Ada Lovelace"
    assert value_of(text, "line1") == "Gartenweg 3"
    assert '<option selected value="DE">Germany</option>' in text
    assert customer.email in text
    assert "Invoices that were issued already stay as they are." in text


def test_update_saves_it_tidied(ada, customer):
    answer = ada.post(URL, data=BERLIN, follow_redirects=True)
    assert "Your billing information is saved." in answer.text
    saved = customer.reload()
    assert (saved.company, saved.phone) == ("Analytical Engines", "+49 30 1234567")
    assert (saved.line1, saved.postal_code, saved.city) == ("Gartenweg 3", "10115", "Berlin")
    assert saved.locale == "de"
    assert saved.cc_emails == ["books@example.test", "boss@example.test"]


def test_issued_invoices_stay_as_they_are(ada, customer):
    invoice = an_invoice(customer=customer)
    ada.post(URL, data=BERLIN)
    assert invoice.reload().document == invoice.document


def test_what_is_not_a_field_is_not_taken_over(ada, customer):
    forged = {"email": "eve@example.test", "balance": "100000", "merchant": "x", "currency": "USD"}
    ada.post(URL, data=BERLIN | forged)
    saved = customer.reload()
    assert (saved.email, saved.balance, saved.currency) == (customer.email, 0, None)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"postal_code": "1011"}, "This is not a postal code there."),
        ({"city": ""}, "Please fill this in."),
        ({"country": ""}, "Choose a country."),
        ({"country": "XX"}, "Not a valid choice"),
        ({"line1": "x" * 201}, "This is too long."),
        ({"name": "x" * 257}, "Please write at most 256 characters."),
        ({"name": "4242 4242 4242 4242"}, "This looks like a card number."),
        ({"line2": "4242424242424242"}, "This looks like a card number."),
        ({"phone": "call me"}, "Please enter a phone number"),
        ({"cc_emails": "nobody"}, "This is not an email address: nobody"),
        (
            {"cc_emails": "\n".join(f"a{number}@example.test" for number in range(6))},
            "Please enter at most five addresses.",
        ),
        ({"locale": "tlh"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(ada, customer, wrong, complaint):
    answer = ada.post(URL, data=BERLIN | {"company": "Kept & typed"} | wrong)
    assert answer.status_code == 422
    assert complaint in answer.text
    assert value_of(answer.text, "company") == "Kept &amp; typed"
    assert customer.reload().company == ""


def test_no_address_at_all_is_fine(ada, customer):
    data = BERLIN | {"line1": "", "postal_code": "", "city": "", "phone": ""}
    assert ada.post(URL, data=data).status_code == 303
    assert customer.reload().name == "Ada Lovelace"


def test_who_has_no_country_need_not_choose_one(app, sign_in):
    customer = a_customer(country="")
    data = {"name": "Ada", "company": "", "country": "", "locale": "", "cc_emails": ""}
    assert sign_in(customer).post(URL, data=data).status_code == 303
    assert customer.reload().country == ""


def test_an_address_needs_its_country(app, sign_in):
    customer = a_customer(country="")
    answer = sign_in(customer).post(URL, data=BERLIN | {"country": ""})
    assert answer.status_code == 422
    assert "Please fill this in." in answer.text


def test_another_country_brings_its_fields_and_saves_nothing(ada, customer):
    answer = ada.post(URL, data=BERLIN | {"country": "US", "refresh": "address"})
    assert answer.status_code == 200
    assert "ZIP" in answer.text
    assert '<option value="CA">California</option>' in answer.text
    assert value_of(answer.text, "company") == "Analytical Engines"
    assert customer.reload().country == "DE"


def test_choosing_a_country_asks_for_its_fields(ada):
    select = re.search(r"<select[^>]*name=\"country\"[^>]*>", ada.get(URL).text)
    assert select
    assert f'hx-post="{URL}"' in select[0]
    assert 'hx-target="#address"' in select[0]


def test_htmx_gets_the_address_alone(ada):
    headers = {"HX-Request": "true", "HX-Target": "address"}
    answer = ada.post(URL, data=BERLIN | {"country": "US", "refresh": "address"}, headers=headers)
    assert answer.text.lstrip().startswith('<fieldset id="address"')
    assert "ZIP" in answer.text


def test_htmx_gets_the_form_alone(ada):
    headers = {"HX-Request": "true", "HX-Target": "billing_information"}
    answer = ada.get(URL, headers=headers)
    assert '<form id="billing_information"' in answer.text
    assert "<!doctype" not in answer.text
    answer = ada.post(URL, data=BERLIN | {"city": ""}, headers=headers)
    assert answer.status_code == 422
    assert '<form id="billing_information"' in answer.text
    answer = ada.post(URL, data=BERLIN, headers=headers)
    assert answer.headers["HX-Location"] == "/p/"


def test_fields_of_the_old_country_are_asked_for_again(ada, customer):
    answer = ada.post(URL, data=BERLIN | {"country": "US", "postal_code": "95014"})
    assert answer.status_code == 422
    assert "California" in answer.text
    assert "Please fill this in." in answer.text


def test_a_state_is_kept_by_its_code(ada, customer):
    data = BERLIN | {"country": "US", "postal_code": "95014", "city": "Cupertino", "state": "CA"}
    assert ada.post(URL, data=data).status_code == 303
    assert customer.reload().state == "CA"


def test_the_shipping_address_is_offered_where_the_merchant_ships(ada, customer):
    assert 'name="shipping_line1"' not in ada.get(URL).text
    configure(customer, updates_shipping=True)
    assert 'name="shipping_line1"' not in ada.get("/p/").text
    shipping = {
        "shipping_name": "Charles",
        "shipping_country": "FR",
        "shipping_line1": "1 rue de la Paix",
        "shipping_postal_code": "75002",
        "shipping_city": "Paris",
    }
    assert ada.post(URL, data=BERLIN | shipping).status_code == 303
    saved = customer.reload()
    assert (saved.shipping_name, saved.shipping_city) == ("Charles", "Paris")
    assert saved.city == "Berlin"
    headers = {"HX-Request": "true", "HX-Target": "shipping_address"}
    data = BERLIN | shipping | {"shipping_country": "US", "refresh": "shipping_address"}
    answer = ada.post(URL, data=data, headers=headers)
    assert '<fieldset id="shipping_address"' in answer.text
    assert "ZIP" in answer.text


def test_what_is_off_is_shown_but_not_changed(ada, customer):
    customer.change(at=now(), phone="030 1", line1="Gartenweg 3", city="Berlin")
    configure(customer, updates_name=False, updates_phone=False, updates_address=False)
    text = ada.get(URL).text
    for name in ("name", "company", "phone", "line1", "country"):
        assert f'name="{name}"' not in text
    assert "Gartenweg 3" in text
    assert "To change these details, please contact" in text
    assert ada.post(URL, data=BERLIN | {"name": "Eve", "line1": "Elsewhere"}).status_code == 303
    saved = customer.reload()
    assert (saved.name, saved.phone, saved.line1) == ("Ada Lovelace", "030 1", "Gartenweg 3")
    assert saved.locale == "de"


def test_what_was_typed_before_the_session_ran_out_is_put_back(app, ada, customer):
    session = PortalSession.get(PortalSession.customer == customer)
    draft = {"path": URL, "fields": [["company", "Half typed"]], "customer": customer.id}
    session.draft = {"sealed": app.extensions["keyring"].seal(drafts.PURPOSE, draft)}
    session.save()
    assert value_of(ada.get(URL).text, "company") == "Half typed"
    assert value_of(ada.get(URL).text, "company") == ""


def test_a_french_company_gives_its_siren(ada, customer):
    assert "SIREN" not in ada.get(URL).text
    page = ada.post(URL, data={"refresh": "address", "country": "FR"})
    assert 'name="siren"' in page.text

    paris = BERLIN | {"country": "FR", "postal_code": "75011", "city": "Paris"}
    wrong = ada.post(URL, data=paris | {"siren": "732829321"})
    assert wrong.status_code == 422
    assert "732 829 320" in wrong.text
    ada.post(URL, data=paris | {"siren": "732 829 320 00074"})
    assert customer.reload().siren == "73282932000074"
    assert "73282932000074" in ada.get("/p/").text


@pytest.mark.parametrize("reference", ["991-03730-19", "Order 4711", ""])
def test_a_german_authority_gives_its_reference(ada, customer, reference):
    ada.post(URL, data=BERLIN | {"buyer_reference": reference})
    assert customer.reload().buyer_reference == reference


def test_a_mistyped_leitweg_id_is_refused(ada, customer):
    answer = ada.post(URL, data=BERLIN | {"buyer_reference": "991-03730-18"})
    assert answer.status_code == 422
    assert customer.reload().buyer_reference == ""


def test_company_numbers_are_the_merchants_where_names_are(ada, customer):
    configure(customer, updates_name=False)
    ada.post(URL, data=BERLIN | {"buyer_reference": "Order 4711"})
    assert customer.reload().buyer_reference == ""
