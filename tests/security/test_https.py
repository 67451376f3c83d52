"""With an https address, cookies are closed for good and browsers are told to stay on https."""

from collections.abc import Callable, Iterator
from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest
from flask import Flask

from portal import create_app
from portal import database as engines
from portal.accounts import passwords
from portal.config import Settings
from portal.database import database
from portal.records import RECORDS
from tests.factories import a_login_link, a_user
from tests.support.client import TOKEN

BASE_URL = "https://portal.example.test"
PASSWORD = "drizzle along the quay"


@pytest.fixture
def secure_app(new_database_url: Callable[[], str], tmp_path: Any) -> Iterator[Flask]:
    former, gate = database.obj, engines._gate._path
    app = create_app(
        Settings(
            database_url=new_database_url(),
            secret_key="a secret key of thirty-two bytes, or a few more",
            base_url=BASE_URL,
            mail_url=f"file://{tmp_path}",
            data_dir=tmp_path,
        )
    )
    passwords.use_cheap_parameters()
    with database.connection_context():
        database.create_tables(RECORDS)
    yield app
    database.close()
    database.obj.close_all()
    database.initialize(former)
    engines._gate.use(gate)


def cookies_of(answer: Any) -> dict[str, Morsel[str]]:
    jar = SimpleCookie()
    for header in answer.headers.getlist("Set-Cookie"):
        jar.load(header)
    return dict(jar)


def submit(client: Any, path: str, **fields: str) -> Any:
    page = client.get(path, base_url=BASE_URL)
    token = TOKEN.search(page.text)[1]
    headers = {"Origin": BASE_URL}
    fields["csrf_token"] = token
    return client.post(path, base_url=BASE_URL, data=fields, headers=headers)


def assert_closed(cookies: dict[str, Morsel[str]], *names: str) -> None:
    assert set(names) <= set(cookies)
    for name, cookie in cookies.items():
        assert name.startswith("__Host-") or name == "portal_locale", name
        assert (cookie["secure"], cookie["httponly"]) == (True, True), name
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", ""), name


def test_the_cookies_of_a_customer_belong_to_this_host_and_to_https(secure_app):
    login = f"/p/login/{a_login_link().token}"

    answer = submit(secure_app.test_client(), login, email="ada@example.test")

    assert answer.status_code == 303
    assert_closed(cookies_of(answer), "__Host-portal_challenge")


def test_the_cookies_of_a_member_belong_to_this_host_and_to_https(secure_app):
    user = a_user(password_hash=passwords.hashed(PASSWORD))

    answer = submit(
        secure_app.test_client(), "/dashboard/sign-in", email=user.email, password=PASSWORD
    )

    assert answer.status_code == 303
    assert_closed(cookies_of(answer), "__Host-portal_member")


def test_a_cookie_without_the_prefix_lets_nobody_in(secure_app):
    user = a_user(password_hash=passwords.hashed(PASSWORD))
    client = secure_app.test_client()
    token = cookies_of(submit(client, "/dashboard/sign-in", email=user.email, password=PASSWORD))[
        "__Host-portal_member"
    ].value
    stranger = secure_app.test_client()
    stranger.set_cookie("portal_member", token, domain="portal.example.test", secure=True)

    assert stranger.get("/dashboard", base_url=BASE_URL).status_code == 303
    assert client.get("/dashboard", base_url=BASE_URL).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/", "/no-such-page", "/dashboard/sign-in"])
def test_every_answer_keeps_browsers_on_https(secure_app, path):
    answer = secure_app.test_client().get(path, base_url=BASE_URL)

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "portal.example.test.elsewhere.example", "portal.example.test@x"]
)
def test_another_host_is_not_answered(secure_app, host):
    answer = secure_app.test_client().get("/dashboard/sign-in", headers={"Host": host})

    assert answer.status_code == 400
    assert host not in answer.text


@pytest.mark.parametrize(
    "origin",
    [
        "http://elsewhere.example",
        "null",
        f"{BASE_URL}.elsewhere.example",
        "http://portal.example.test",
    ],
)
def test_a_form_from_another_origin_is_refused(secure_app, origin):
    client = secure_app.test_client()
    page = client.get("/dashboard/sign-in", base_url=BASE_URL)
    data = {"csrf_token": TOKEN.search(page.text)[1], "email": "a@example.test", "password": "x"}

    answer = client.post(
        "/dashboard/sign-in", base_url=BASE_URL, data=data, headers={"Origin": origin}
    )

    assert answer.status_code == 403


def test_nothing_is_written_for_who_only_looks(secure_app):
    link = a_login_link()
    before = {record: record.select().count() for record in RECORDS}

    for path in (
        f"/p/login/{link.token}",
        "/dashboard/sign-in",
        "/dashboard/password-reset",
        "/p/",
    ):
        secure_app.test_client().get(path, base_url=BASE_URL)

    assert {record: record.select().count() for record in RECORDS} == before
