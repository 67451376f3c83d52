from datetime import timedelta

import pytest
import time_machine

from portal.accounts import sign_ups
from portal.accounts.users import User
from portal.billing.merchants import Merchant
from portal.record import now
from tests.factories import a_user
from tests.web.dashboard.conftest import PASSWORD

TYPED = {
    "name": "Café Brume",
    "email": "Claire@brume.test",
    "password": PASSWORD,
    "country": "FR",
    "currency": "",
}
NEW, SENT = "/dashboard/sign-up", "/dashboard/sign-up/sent"


def test_new_offers_the_country_of_the_browser(client):
    page = client.get(NEW, headers={"Accept-Language": "de-AT,de;q=0.9"})
    assert '<option selected value="AT">Österreich</option>' in page.text


def test_signing_up_confirming_and_being_inside(client, mails):
    answer = client.post(NEW, data=TYPED)
    assert (answer.status_code, answer.location) == (303, SENT)
    assert "claire@brume.test" in client.get(SENT).text
    assert not Merchant.select().exists()

    [(name, mail)] = mails()
    assert (name, mail["email"], mail["locale"]) == ("send_confirmation", "claire@brume.test", "en")
    page = client.get(mail["path"])
    assert page.status_code == 200
    assert not User.select().exists(), "a program that looks through mails signed somebody up"

    answer = client.post("/dashboard/sign-up/confirmation", data={"token": mail["token"]})
    assert (answer.status_code, answer.location) == (303, "/dashboard")
    merchant = User.with_email("claire@brume.test").merchant
    assert (merchant.name, merchant.currency, merchant.time_zone) == (
        "Café Brume",
        "EUR",
        "Europe/Paris",
    )
    assert client.get("/dashboard").status_code == 200


def test_a_known_address_gets_the_same_answer_and_another_mail(app, client, mails):
    a_user(email="claire@brume.test")
    new, known = app.test_client(), app.test_client()
    first = new.post(NEW, data=TYPED | {"email": "other@brume.test"})
    second = known.post(NEW, data=TYPED)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert sorted(first.headers.keys()) == sorted(second.headers.keys())
    shown = [
        one.get(SENT).text.replace(address, "")
        for one, address in ((new, "other@brume.test"), (known, "claire@brume.test"))
    ]
    assert without_tokens(shown[0]) == without_tokens(shown[1])
    assert [name for name, _ in mails()] == ["send_confirmation", "send_account_exists"]
    assert User.select().count() == 1


def without_tokens(page: str) -> str:
    import re

    return re.sub(r'name="csrf_token"[^>]*value="[^"]+"', "", page)


def test_in_another_browser_the_password_is_asked_for(app, client, mails):
    client.post(NEW, data=TYPED)
    [(_, mail)] = mails()
    other = app.test_client()
    assert 'type="password"' in other.get(mail["path"]).text
    form = {"token": mail["token"], "password": "not the one"}
    answer = other.post("/dashboard/sign-up/confirmation", data=form)
    assert answer.status_code == 422
    assert not User.select().exists(), (
        "whoever reads the mail got an account with a foreign password"
    )
    answer = other.post("/dashboard/sign-up/confirmation", data=form | {"password": PASSWORD})
    assert answer.location == "/dashboard"


def test_a_link_that_was_used_or_is_too_old_says_so(client, mails):
    client.post(NEW, data=TYPED)
    [(_, mail)] = mails()
    with time_machine.travel(now() + timedelta(hours=25)):
        assert client.get(mail["path"]).status_code == 404
    client.post("/dashboard/sign-up/confirmation", data={"token": mail["token"]})
    for answer in (
        client.get(mail["path"]),
        client.post("/dashboard/sign-up/confirmation", data={"token": mail["token"]}),
    ):
        assert answer.status_code == 404
        assert "does not work any more" in answer.text
    assert User.select().count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": "  "}, "Enter the name of your business."),
        ({"name": "x" * 251}, "at most 250 characters"),
        ({"email": "claire"}, "such as name@example.com"),
        ({"password": "short"}, "at least 15 characters"),
        ({"password": "cafebrumecafebrume"}, "too close to your address"),
        ({"password": "passwordpassword"}, "too easy to guess"),
        ({"country": ""}, "Choose a country."),
        ({"country": "ZZ"}, "Not a valid choice"),
        ({"currency": "XXX"}, "Not a valid choice"),
    ],
)
def test_wrong_input_is_said_and_what_was_typed_is_kept(client, mails, typed, words):
    answer = client.post(NEW, data=TYPED | {"name": "Cafe Brume"} | typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert mails() == []
    assert PASSWORD not in answer.text


def test_an_address_gets_five_mails_a_day(client, mails):
    for _ in range(6):
        assert client.post(NEW, data=TYPED).location == SENT
    assert len(mails()) == 5


def test_one_place_signs_up_so_often(client):
    for number in range(20):
        client.post(NEW, data=TYPED | {"email": f"user{number}@example.test"})
    assert client.post(NEW, data=TYPED).status_code == 429


@pytest.mark.parametrize("mode", ["first", "closed"])
def test_where_it_is_not_open_nobody_signs_up(client, configured, mode):
    configured(signup=mode)
    assert client.get(NEW).status_code == 404
    assert client.post(NEW, data=TYPED).status_code == 404
    assert NEW not in client.get("/dashboard/sign-in").text


# ── the first set-up ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def token(configured):
    configured(signup="first")
    return sign_ups.setup_token(now())


def test_setting_up_with_the_token_of_the_console(client, token):
    page = client.get(f"/dashboard/setup?token={token}")
    assert page.status_code == 200
    assert token in page.text
    answer = client.post("/dashboard/setup", data=TYPED | {"token": token})
    assert answer.location == "/dashboard"
    assert client.get("/dashboard").status_code == 200
    assert User.get().merchant.currency == "EUR"


def test_setting_up_says_what_is_wrong(client, token):
    answer = client.post("/dashboard/setup", data=TYPED | {"token": token, "password": "short"})
    assert answer.status_code == 422
    assert "Café Brume" in answer.text
    assert token in answer.text


@pytest.mark.parametrize("wrong", ["", "?token=", "?token=guessed"])
def test_without_the_token_there_is_no_set_up(client, token, wrong):
    assert client.get(f"/dashboard/setup{wrong}").status_code == 404


def test_once_somebody_is_there_there_is_no_set_up(client, token):
    a_user()
    assert client.get(f"/dashboard/setup?token={token}").status_code == 404
    answer = client.post("/dashboard/setup", data=TYPED | {"token": token})
    assert answer.status_code == 404
    assert User.select().count() == 1


@pytest.mark.parametrize("mode", ["open", "closed"])
def test_only_the_mode_first_has_a_set_up(client, token, configured, mode):
    configured(signup=mode)
    assert client.get(f"/dashboard/setup?token={token}").status_code == 404
