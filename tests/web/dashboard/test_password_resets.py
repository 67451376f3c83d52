from datetime import timedelta

import pytest
import time_machine

from portal.accounts import passwords
from portal.accounts.users import DashboardSession
from portal.record import now
from tests.factories import a_user
from tests.web.dashboard.conftest import PASSWORD

ASK, SENT = "/dashboard/password-reset", "/dashboard/password-reset/sent"
NEW_PASSWORD = "fünf Zwetschgen im Korb"


@pytest.fixture
def ada(app):
    return a_user(email="ada@example.test", password_hash=passwords.hashed(PASSWORD), locale="de")


def test_a_forgotten_password_is_replaced(ada, client, mails):
    _, elsewhere = DashboardSession.open(ada, at=now())
    assert client.post(ASK, data={"email": "ada@example.test"}).location == SENT
    [(name, mail)] = mails()
    assert (name, mail["user_id"], mail["locale"]) == ("send_password_reset", ada.id, "de")

    assert client.get(mail["path"]).status_code == 200
    form = {"token": mail["token"], "password": NEW_PASSWORD}
    answer = client.post("/dashboard/password-reset/new-password", data=form)
    assert answer.location == "/dashboard/sign-in"
    assert not DashboardSession.find(elsewhere, at=now())
    for password, status in ((PASSWORD, 422), (NEW_PASSWORD, 303)):
        form = {"email": "ada@example.test", "password": password}
        assert client.post("/dashboard/sign-in", data=form).status_code == status


def test_an_unknown_address_gets_the_same_answer_and_no_mail(app, ada, mails):
    known, unknown = app.test_client(), app.test_client()
    answers = [
        one.post(ASK, data={"email": address})
        for one, address in ((known, "ada@example.test"), (unknown, "eve@example.test"))
    ]
    assert [answer.location for answer in answers] == [SENT, SENT]
    assert sorted(answers[0].headers.keys()) == sorted(answers[1].headers.keys())
    assert "ada@example.test" in known.get(SENT).text
    assert "eve@example.test" in unknown.get(SENT).text
    assert len(mails()) == 1


def test_five_mails_a_day(ada, client, mails):
    for _ in range(7):
        assert client.post(ASK, data={"email": ada.email}).location == SENT
    assert len(mails()) == 5


def test_looking_at_the_link_does_not_use_it_up(ada, client, mails):
    client.post(ASK, data={"email": ada.email})
    [(_, mail)] = mails()
    assert client.get(mail["path"]).status_code == 200
    assert client.get(mail["path"]).status_code == 200
    with time_machine.travel(now() + timedelta(minutes=31)):
        assert client.get(mail["path"]).status_code == 404


@pytest.mark.parametrize(
    ("password", "words"),
    [("short", "at least 15 characters"), ("ada@example.test!", "too close"), ("", "Enter a")],
)
def test_a_weak_password_is_refused_and_the_link_still_works(ada, client, mails, password, words):
    client.post(ASK, data={"email": ada.email})
    [(_, mail)] = mails()
    form = {"token": mail["token"], "password": password}
    answer = client.post("/dashboard/password-reset/new-password", data=form)
    assert answer.status_code == 422
    assert words in answer.text
    answer = client.post(
        "/dashboard/password-reset/new-password", data=form | {"password": NEW_PASSWORD}
    )
    assert answer.status_code == 303


def test_a_link_works_once(ada, client, mails):
    client.post(ASK, data={"email": ada.email})
    [(_, mail)] = mails()
    form = {"token": mail["token"], "password": NEW_PASSWORD}
    client.post("/dashboard/password-reset/new-password", data=form)
    answer = client.post(
        "/dashboard/password-reset/new-password", data=form | {"password": PASSWORD}
    )
    assert answer.status_code == 404
    assert "does not work any more" in answer.text
    assert passwords.matches(ada.reload().password_hash, NEW_PASSWORD)


def test_asking_needs_an_address(client):
    assert client.get(ASK).status_code == 200
    assert client.post(ASK, data={"email": "ada"}).status_code == 422
