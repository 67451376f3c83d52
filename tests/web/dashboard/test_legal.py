import pytest

from portal.billing.events import Event
from portal.billing.merchants import Merchant
from tests.factories import a_merchant, a_user
from tests.page import Page

LEGAL, DUNNING = "/dashboard/settings/legal", "/dashboard/settings/dunning"
TYPED = {
    "tax_scheme": "standard",
    "vat_id": "de 136 695 976",
    "tax_number": "181/815/08155",
    "registration_number": "HRB 12345 B, Amtsgericht Charlottenburg",
    "legal_note": "Geschäftsführung: Ada Lovelace",
}


@pytest.fixture
def merchant(app):
    return a_merchant()


@pytest.fixture
def ada(merchant, staff):
    return staff(a_user(merchant=merchant))


def test_legal_shows_what_invoices_lack_and_update_completes_it(ada, merchant):
    page = ada.get(LEGAL)
    Page(page.text)
    assert "lack your tax number or VAT ID" in page.text
    assert "lack your tax number" in ada.get("/dashboard").text

    answer = ada.post(LEGAL, data=TYPED, follow_redirects=True)
    assert "Your settings are saved." in answer.text
    assert "invoices lack" not in answer.text
    assert "invoices lack" not in ada.get("/dashboard").text
    stored = merchant.reload()
    assert stored.vat_id == "DE136695976"
    assert stored.tax_number == "181/815/08155"
    assert stored.legal_note == TYPED["legal_note"]
    event = Event.get((Event.merchant == merchant) & (Event.type == "account.updated"))
    assert event.data["changed"] == ["legal_note", "registration_number", "tax_number", "vat_id"]


@pytest.mark.parametrize(
    ("country", "typed", "said"),
    [
        ("DE", {"vat_id": "DE123456789"}, "not a VAT ID"),
        ("DE", {"vat_id": "x" * 41}, "at most 40"),
        ("DE", {"tax_number": "12"}, "number is not valid"),
        ("FR", {"vat_id": "", "registration_number": "732829321"}, "732 829 320"),
        ("FR", {"vat_id": "", "registration_number": "73282932000075"}, "732 829 320"),
        ("DE", {"tax_scheme": "none"}, "Not a valid choice"),
        ("DE", {"legal_note": "x" * 501}, "at most 500"),
        ("DE", {"legal_note": "4242 4242 4242 4242"}, "card number"),
    ],
)
def test_what_is_mistyped_is_said_and_nothing_is_stored(ada, merchant, country, typed, said):
    Merchant.update(country=country).execute()
    answer = ada.post(LEGAL, data=TYPED | typed)

    assert answer.status_code == 422
    assert said in answer.text
    assert merchant.reload().vat_id == ""
    assert merchant.reload().legal_note == ""


@pytest.mark.parametrize(
    ("typed", "stored"), [("732 829 320", "732829320"), ("732 829 320 00074", "73282932000074")]
)
def test_a_siret_is_no_card_number(ada, merchant, typed, stored):
    Merchant.update(country="FR").execute()
    given = {"tax_scheme": "small_business", "registration_number": typed, "vat_on_debits": "y"}
    assert ada.post(LEGAL, data=given).status_code == 303

    merchant = merchant.reload()
    assert merchant.registration_number == stored
    assert merchant.tax_scheme == "small_business"
    assert merchant.vat_on_debits


@pytest.mark.parametrize(
    ("country", "words"),
    [("DE", "§ 19 UStG"), ("FR", "293 B"), ("AT", "Article 284 of the VAT Directive")],
)
def test_a_small_business_is_explained_for_the_country(ada, country, words):
    Merchant.update(country=country).execute()
    page = ada.get(LEGAL)

    assert words in page.text
    assert ("VAT on debits" in page.text) == (country == "FR")


def test_dunning_is_set(ada, merchant):
    page = ada.get(DUNNING)
    Page(page.text)
    assert 'value="1, 2, 3, 5, 7, 9, 11, 14"' in page.text

    given = {"days": "3; 7 14", "final_action": "mark_unpaid"}
    assert ada.post(DUNNING, data=given).status_code == 303
    assert merchant.reload().dunning_days == [3, 7, 14]
    assert merchant.reload().dunning_final_action == "mark_unpaid"


@pytest.mark.parametrize(
    "days",
    [
        "",
        "soon",
        "0, 3",
        "-1",
        "3, 3",
        "7, 3",
        "1, 61",
        "1, 9999",
        "½",
        ",".join(map(str, range(1, 17))),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(ada, merchant, days):
    answer = ada.post(DUNNING, data={"days": days, "final_action": "cancel"})

    assert answer.status_code == 422
    assert merchant.reload().dunning_days == [1, 2, 3, 5, 7, 9, 11, 14]
