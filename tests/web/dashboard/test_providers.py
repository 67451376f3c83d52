import re

import pytest

from portal.accounts import passwords
from portal.crypto import Keyring
from portal.gateways import FACTORIES
from portal.gateways.accounts import ProviderAccount
from portal.gateways.readiness import CONDITIONS, is_configured
from tests.factories import a_customer, a_merchant, a_price, a_user
from tests.page import Page

PROVIDERS, LIVE = "/dashboard/settings/providers", "/dashboard/going-live"
PASSWORD = "correct horse battery staple"
BANK = {
    "account_holder": "Lindenhof GmbH",
    "iban": "de89 3704 0044 0532 0130 00",
    "bic": "COBADEFFXXX",
    "password": PASSWORD,
}
SEPA = BANK | {"creditor_id": "DE98 ZZZ 0999 9999 999", "prenotification_days": "5"}
STRIPE = {
    "publishable_key": "pk_live_1234",
    "secret_key": "sk_live_secret",
    "webhook_secret": "whsec_secret",
    "password": PASSWORD,
}


@pytest.fixture(autouse=True)
def providers(monkeypatch):
    """All of them, whichever this installation has."""
    for name in CONDITIONS:
        monkeypatch.setitem(FACTORIES, name, FACTORIES["sandbox"])


@pytest.fixture
def merchant(app):
    return a_merchant(name="Lindenhof", tax_number="181/815/08155")


@pytest.fixture
def ada(merchant, staff):
    return staff(a_user(merchant=merchant, password_hash=passwords.hashed(PASSWORD)))


def test_index_lists_the_providers_and_what_is_set_up(ada):
    page = ada.get(PROVIDERS)
    Page(page.text)
    assert page.text.count("Not set up") == 3

    ada.post(f"{PROVIDERS}/bank_transfer", data=BANK)
    assert ada.get(PROVIDERS).text.count("Not set up") == 2


def test_a_bank_account_is_stored_as_banks_write_it(ada, merchant):
    Page(ada.get(f"{PROVIDERS}/bank_transfer").text)
    assert ada.post(f"{PROVIDERS}/bank_transfer", data=BANK).status_code == 303

    merchant = merchant.reload()
    assert merchant.iban == "DE89370400440532013000"
    assert (merchant.bic, merchant.account_holder) == ("COBADEFFXXX", "Lindenhof GmbH")
    assert is_configured(merchant, "bank_transfer")
    assert not is_configured(merchant, "sepa")
    assert not is_configured(merchant, "no_such")


def test_direct_debit_wants_a_creditor_identifier(ada, merchant):
    Page(ada.get(f"{PROVIDERS}/sepa").text)
    assert ada.post(f"{PROVIDERS}/sepa", data=SEPA).status_code == 303

    merchant = merchant.reload()
    assert merchant.creditor_id == "DE98ZZZ09999999999"
    assert merchant.prenotification_days == 5
    assert is_configured(merchant, "sepa")


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("bank_transfer", {"iban": "DE88370400440532013000"}, "DE89 3704"),
        ("bank_transfer", {"iban": ""}, "Please fill this in."),
        ("bank_transfer", {"account_holder": ""}, "Please fill this in."),
        ("bank_transfer", {"bic": "NONE"}, "COBADEFFXXX"),
        ("bank_transfer", {"password": "guessed"}, "not your password"),
        ("sepa", {"creditor_id": "DE99ZZZ09999999999"}, "DE98ZZZ0"),
        ("sepa", {"prenotification_days": "29"}, "from 1 to 28"),
        ("stripe", {"secret_key": "pk_live_1"}, "sk_ or rk_"),
        ("stripe", {"webhook_secret": "secret"}, "whsec_"),
        ("stripe", {"secret_key": ""}, "Please fill this in."),
        ("stripe", {"password": ""}, "Enter your password."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(ada, merchant, name, given, said):
    typed = {"bank_transfer": BANK, "sepa": SEPA, "stripe": STRIPE}[name]
    answer = ada.post(f"{PROVIDERS}/{name}", data=typed | given)

    assert answer.status_code == 422
    assert said in answer.text
    assert merchant.reload().iban == ""
    assert ProviderAccount.of(merchant, "stripe") is None


def test_stripes_secrets_are_sealed_and_never_shown(ada, merchant, settings):
    ada.post(f"{PROVIDERS}/stripe", data=STRIPE)
    account = ProviderAccount.of(merchant, "stripe")
    assert account.settings == {"publishable_key": "pk_live_1234"}
    assert "secret" not in account.sealed
    page = ada.get(f"{PROVIDERS}/stripe").text
    assert "pk_live_1234" in page
    assert f"/stripe/{account.id}" in page
    assert "sk_live_secret" not in page
    assert "whsec_secret" not in page

    # One is exchanged, the other stays.
    again = STRIPE | {"secret_key": "", "webhook_secret": "whsec_second"}
    assert ada.post(f"{PROVIDERS}/stripe", data=again).status_code == 303
    keyring = Keyring(settings.secret_key, settings.secret_key_fallbacks)
    assert ProviderAccount.of(merchant, "stripe").secrets(keyring) == {
        "secret_key": "sk_live_secret",
        "webhook_secret": "whsec_second",
    }


def test_a_provider_that_is_not_there_is_not_found(ada):
    assert ada.get(f"{PROVIDERS}/sandbox").status_code == 404
    assert ada.get(f"{PROVIDERS}/paypal").status_code == 404


def test_new_says_what_is_missing_before_it_offers_anything(ada):
    page = ada.get(LIVE)
    Page(page.text)
    assert page.text.count("Missing") == 2
    assert "Delete test data and go live" not in page.text
    assert "going-live" in ada.get("/dashboard").text


@pytest.fixture
def ready(ada, merchant):
    a_price(merchant=merchant)
    a_customer(merchant=merchant)
    ada.post(f"{PROVIDERS}/bank_transfer", data=BANK)
    return {"gateway": "bank_transfer", "name": "lindenhof", "password": PASSWORD}


def test_create_goes_live_and_there_is_no_way_back(ada, merchant, ready):
    page = ada.get(LIVE)
    Page(page.text)
    assert "1 customer" in page.text

    answer = ada.post(LIVE, data=ready, follow_redirects=True)
    assert "You are live." in answer.text
    assert not merchant.reload().is_sandbox
    assert merchant.reload().gateway == "bank_transfer"
    assert merchant.customers.count() == 0
    assert ada.get(LIVE).status_code == 404
    assert ada.post(LIVE, data=ready).status_code == 404
    assert "The business went live" in ada.get("/dashboard/activity").text


@pytest.mark.parametrize(
    "given",
    [
        {"name": "Lindenhaus"},
        {"name": ""},
        {"password": "guessed"},
        {"gateway": ""},
        {"gateway": "stripe"},
        {"gateway": "sandbox"},
    ],
)
def test_without_a_full_confirmation_nothing_is_deleted(ada, merchant, ready, given):
    answer = ada.post(LIVE, data=ready | given)

    assert answer.status_code == 422
    assert merchant.reload().is_sandbox
    assert merchant.customers.count() == 1


def test_errors_are_named_in_the_order_of_the_page(ada, ready):
    page = ada.post(LIVE, data={}).text
    links = re.findall(r'href="#([a-z]+)', page.partition('id="errors"')[2])

    assert links[:3] == ["gateway", "name", "password"]


def test_what_went_missing_meanwhile_is_refused_in_words(ada, merchant, ready):
    merchant = merchant.reload()
    merchant.tax_number = ""
    merchant.save()
    answer = ada.post(LIVE, data=ready)

    assert answer.status_code == 409
    assert "Your invoices lack your tax number or VAT ID." in answer.text
    assert merchant.reload().is_sandbox
