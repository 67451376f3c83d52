import pytest

from portal.accounts import passwords
from portal.gateways import FACTORIES
from portal.gateways.readiness import CONDITIONS
from tests.factories import a_merchant, a_user
from tests.page import Page

PROVIDERS = "/dashboard/settings/providers"
PASSWORD = "correct horse battery staple"
BANK = {"account_holder": "Lindenhof GmbH", "iban": "DE89370400440532013000"}
DEBIT = BANK | {"creditor_id": "DE98ZZZ09999999999"}


@pytest.fixture(autouse=True)
def providers(monkeypatch):
    """All of them, whichever this installation has."""
    for name in CONDITIONS:
        monkeypatch.setitem(FACTORIES, name, FACTORIES["sandbox"])


def staff_of(staff, **merchant):
    return staff(a_user(merchant=a_merchant(**merchant), password_hash=passwords.hashed(PASSWORD)))


@pytest.fixture
def ada(staff, app):
    return staff_of(staff, is_sandbox=False, gateway="bank_transfer", **DEBIT)


def test_who_is_live_can_change_the_provider(ada):
    assert f'href="{PROVIDERS}/sepa/choice"' in ada.get(f"{PROVIDERS}/sepa").text
    page = ada.get(f"{PROVIDERS}/sepa/choice")
    Page(page.text)
    assert "Subscriptions that are billed by invoice go on so." in page.text

    answer = ada.post(
        f"{PROVIDERS}/sepa/choice", data={"password": PASSWORD}, follow_redirects=True
    )
    assert "Customers pay this way from now on: SEPA direct debit" in answer.text
    assert "This provider is in use." in ada.get(f"{PROVIDERS}/sepa/choice").text


def test_the_way_money_takes_wants_the_password(ada):
    answer = ada.post(f"{PROVIDERS}/sepa/choice", data={"password": "guessed"})
    assert answer.status_code == 422
    assert "This is not your password." in answer.text
    assert "This provider is in use." in ada.get(f"{PROVIDERS}/bank_transfer/choice").text


def test_what_is_not_set_up_is_not_offered(ada):
    assert f'href="{PROVIDERS}/stripe/choice"' not in ada.get(f"{PROVIDERS}/stripe").text
    assert "still missing" in ada.get(f"{PROVIDERS}/stripe/choice").text
    answer = ada.post(f"{PROVIDERS}/stripe/choice", data={"password": PASSWORD})
    assert answer.status_code == 409
    assert ada.get(f"{PROVIDERS}/nosuch/choice").status_code == 404


def test_a_sandbox_is_led_to_going_live(staff, app):
    ada = staff_of(staff, **DEBIT)
    assert f'href="{PROVIDERS}/sepa/choice"' not in ada.get(f"{PROVIDERS}/sepa").text
    assert "/dashboard/going-live" in ada.get(f"{PROVIDERS}/sepa/choice").text
    assert ada.post(f"{PROVIDERS}/sepa/choice", data={"password": PASSWORD}).status_code == 409
