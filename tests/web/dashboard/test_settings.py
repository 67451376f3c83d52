import pytest

from portal.accounts.settings import checked_vat_id
from portal.billing.events import Event
from tests.factories import a_merchant, a_user, an_invoice

BUSINESS, BILLING = "/dashboard/settings", "/dashboard/settings/billing"
TYPED = {
    "name": "Lindenhof GmbH",
    "support_email": "Hilfe@Lindenhof.test",
    "phone": "+49 30 1234567",
    "website": "www.lindenhof.test",
    "country": "DE",
    "line1": "Gartenweg 3",
    "line2": "",
    "postal_code": "10115",
    "city": "Berlin",
    "terms_url": "https://lindenhof.test/agb",
    "privacy_url": "http://lindenhof.test/datenschutz",
}
DEFAULTS = {
    "currency": "CHF",
    "time_zone": "Europe/Zurich",
    "locale": "fr",
    "invoice_prefix": "hof-26",
    "statement_descriptor": "LINDENHOF BERLIN",
}


@pytest.fixture
def user(app):
    return a_user(merchant=a_merchant(name="Lindenhof"))


@pytest.fixture
def ada(user, staff):
    return staff(user)


def test_settings_need_somebody_signed_in(client):
    for path in (BUSINESS, BILLING, "/dashboard/settings/profile"):
        assert client.get(path).status_code == 303


# ── business information ────────────────────────────────────────────────────────────────────────


def test_edit_shows_what_is_known(ada):
    page = ada.get(BUSINESS)
    assert page.status_code == 200
    for value in ("Lindenhof", "hilfe@lindenhof.test", "Gartenweg 3", "10115", "Berlin"):
        assert f'value="{value}"' in page.text


def test_update_keeps_what_was_typed_in_its_usual_spelling(user, ada):
    answer = ada.post(BUSINESS, data=TYPED)
    assert (answer.status_code, answer.location) == (303, BUSINESS)
    merchant = user.merchant.reload()
    assert merchant.name == "Lindenhof GmbH"
    assert merchant.support_email == "hilfe@lindenhof.test"
    assert merchant.website == "https://www.lindenhof.test"
    assert merchant.privacy_url == "http://lindenhof.test/datenschutz"
    event = Event.get(Event.type == "account.updated")
    assert "website" in event.data["changed"]
    assert event.actor_id == user.id


def test_update_changes_nobody_else(user, ada):
    other = a_merchant()
    ada.post(BUSINESS, data=TYPED)
    assert other.reload().name == other.name


def test_an_issued_invoice_keeps_the_old_address(app, user, ada):
    invoice = an_invoice()
    user.merchant = invoice.merchant
    user.save()
    before = invoice.document
    ada.post(BUSINESS, data=TYPED | {"name": "Another name"})
    assert invoice.merchant.reload().name == "Another name"
    assert invoice.reload().document == before


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": " "}, "Enter the name of your business."),
        ({"name": "x" * 251}, "at most 250"),
        ({"support_email": "hilfe"}, "such as name@example.com"),
        ({"phone": "call me"}, "phone number such as"),
        ({"website": "javascript:alert(1)"}, "such as https://www.example.com"),
        ({"website": "https://"}, "such as https://www.example.com"),
        ({"terms_url": "ftp://lindenhof.test"}, "such as https://www.example.com"),
        ({"terms_url": "https://me:secret@lindenhof.test"}, "such as https://www.example.com"),
        ({"privacy_url": "https://linden hof.test"}, "such as https://www.example.com"),
        ({"privacy_url": "https://x.test/" + "x" * 500}, "at most 500"),
        ({"postal_code": "1011"}, "not a postal code"),
        ({"city": ""}, "Please fill this in."),
        ({"country": "ZZ"}, "Not a valid choice"),
    ],
)
def test_update_says_what_is_wrong_and_keeps_what_was_typed(user, ada, typed, words):
    answer = ada.post(BUSINESS, data=TYPED | typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Gartenweg 3" in answer.text
    assert user.merchant.reload().name == "Lindenhof"


def test_choosing_a_country_brings_its_fields_and_saves_nothing(user, ada):
    answer = ada.post(
        BUSINESS,
        data=TYPED | {"country": "US", "refresh": "address"},
        headers={"HX-Request": "true", "HX-Target": "address"},
    )
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="address"')
    assert "ZIP code" in answer.text
    assert "Gartenweg 3" in answer.text
    assert user.merchant.reload().country == "DE"


def test_without_scripts_the_fields_come_with_the_page(ada):
    answer = ada.post(BUSINESS, data=TYPED | {"country": "US", "refresh": "address"})
    assert "ZIP code" in answer.text
    assert "<h1>" in answer.text


@pytest.mark.parametrize(
    ("country", "vat_id", "stored"),
    [("FR", "40 303 265 045", "FR40303265045"), ("GB", "980780684", "GB980780684")],
)
def test_a_vat_id_is_checked_by_the_rules_of_its_country(country, vat_id, stored):
    assert checked_vat_id(vat_id, country) == stored
    assert checked_vat_id("anything 12", "US") == "ANYTHING 12"


# ── billing defaults ────────────────────────────────────────────────────────────────────────────


def test_billing_shows_the_next_number(user, ada):
    user.merchant.invoice_prefix = "HOF"
    user.merchant.next_invoice_number = 42
    user.merchant.save()
    assert "HOF-000042" in ada.get(BILLING).text


def test_billing_is_saved(user, ada):
    assert ada.post(BILLING, data=DEFAULTS).location == BILLING
    merchant = user.merchant.reload()
    assert (merchant.currency, merchant.time_zone, merchant.locale) == (
        "CHF",
        "Europe/Zurich",
        "fr",
    )
    assert merchant.invoice_prefix == "HOF-26"
    assert merchant.statement_descriptor == "LINDENHOF BERLIN"


@pytest.mark.parametrize("prefix", ["ABC", "A2C", "AB-CD", "ABCDEFGHIJKL"])
def test_a_prefix_has_three_to_twelve_characters(user, ada, prefix):
    assert ada.post(BILLING, data=DEFAULTS | {"invoice_prefix": prefix}).status_code == 303
    assert user.merchant.reload().invoice_prefix == prefix


@pytest.mark.parametrize("prefix", ["", "AB", "-AB", "AB-", "A B", "ÄBC", "ABCDEFGHIJKLM", "A/B"])
def test_another_prefix_is_refused(user, ada, prefix):
    before = user.merchant.invoice_prefix
    answer = ada.post(BILLING, data=DEFAULTS | {"invoice_prefix": prefix})
    assert answer.status_code == 422
    assert "3 to 12 letters from A to Z" in answer.text
    assert user.merchant.reload().invoice_prefix == before


@pytest.mark.parametrize(
    "text", ["ABCD", "12345", "A" * 23, "LINDEN*HOF", "LINDEN<HOF", "東京東京東京"]
)
def test_a_text_that_statements_refuse_is_refused(ada, text):
    answer = ada.post(BILLING, data=DEFAULTS | {"statement_descriptor": text})
    assert answer.status_code == 422
    assert "5 to 22 Latin characters" in answer.text


@pytest.mark.parametrize(
    "typed",
    [{"currency": "XXX"}, {"time_zone": "Mars/Base"}, {"locale": "xx"}, {"locale": "../de"}],
)
def test_only_what_is_offered_can_be_chosen(user, ada, typed):
    assert ada.post(BILLING, data=DEFAULTS | typed).status_code == 422
    assert user.merchant.reload().currency == "EUR"
