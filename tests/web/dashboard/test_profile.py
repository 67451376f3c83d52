from datetime import timedelta

import pytest

from portal.accounts import passwords
from portal.accounts.users import DashboardSession
from portal.record import now
from tests.factories import a_user
from tests.web.dashboard.conftest import PASSWORD

PROFILE, CHANGE = "/dashboard/settings/profile", "/dashboard/settings/profile/password"
NEW_PASSWORD = "fünf Zwetschgen im Korb"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def user(app):
    return a_user(password_hash=passwords.hashed(PASSWORD), email="ada@example.test")


@pytest.fixture
def ada(user, staff):
    return staff(user)


def test_edit_lists_where_one_is_signed_in(user, ada):
    DashboardSession.open(user, at=now(), user_agent=FIREFOX)
    DashboardSession.open(user, at=now() - timedelta(days=1), user_agent="Opera of yesterday")
    page = ada.get(PROFILE).text
    assert "Firefox on Windows" in page
    assert page.count("This browser") == 1
    assert page.count("Signed in ") == 2


def test_name_and_language_are_saved(user, ada):
    answer = ada.post(PROFILE, data={"name": " Ada ", "locale": "de"})
    assert answer.location == PROFILE
    assert (user.reload().name, user.reload().locale) == ("Ada", "de")
    assert 'lang="de"' in ada.get(PROFILE).text


@pytest.mark.parametrize(
    "typed", [{"name": "x" * 251, "locale": "de"}, {"name": "Ada", "locale": "xx"}]
)
def test_wrong_input_is_refused(user, ada, typed):
    assert ada.post(PROFILE, data=typed).status_code == 422
    assert user.reload().name == ""


def test_a_new_password_ends_the_other_sessions_and_not_this_one(user, ada):
    _, elsewhere = DashboardSession.open(user, at=now())
    answer = ada.post(CHANGE, data={"current": PASSWORD, "password": NEW_PASSWORD})
    assert answer.location == PROFILE
    assert ada.get(PROFILE).status_code == 200
    assert not DashboardSession.find(elsewhere, at=now())
    assert passwords.matches(user.reload().password_hash, NEW_PASSWORD)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"current": "wrong"}, "This is not your current password."),
        ({"current": ""}, "Enter a password."),
        ({"password": "short"}, "at least 15 characters"),
        ({"password": "ada@example.test"}, "too close to your address"),
        ({"password": "x" * 30}, "too easy to guess"),
        ({"password": "wort " * 26}, "at most 128"),
    ],
)
def test_a_password_that_will_not_do_is_said_to(user, ada, typed, words):
    form = {"current": PASSWORD, "password": NEW_PASSWORD} | typed
    answer = ada.post(CHANGE, data=form)
    assert answer.status_code == 422
    assert words in answer.text
    assert NEW_PASSWORD not in answer.text
    assert passwords.matches(user.reload().password_hash, PASSWORD)


def test_the_current_password_cannot_be_guessed_for_long(user, ada):
    form = {"current": "wrong", "password": NEW_PASSWORD}
    for _ in range(10):
        ada.post(CHANGE, data=form)
    answer = ada.post(CHANGE, data=form | {"current": PASSWORD})
    assert "Too many tries" in answer.text
    assert passwords.matches(user.reload().password_hash, PASSWORD)
