from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from portal.accounts import passwords
from portal.accounts.users import DashboardSession
from portal.record import now
from tests.factories import a_customer, a_user
from tests.web.dashboard.conftest import PASSWORD


@pytest.fixture
def ada(app):
    return a_user(email="ada@example.test", password_hash=passwords.hashed(PASSWORD))


def sign_in(client: FlaskClient, email: str = "ada@example.test", **given: str):
    form = {"email": email, "password": PASSWORD} | given
    return client.post("/dashboard/sign-in", data=form)


def test_new_asks_for_address_and_password(client):
    page = client.get("/dashboard/sign-in")
    assert page.status_code == 200
    assert 'autocomplete="username"' in page.text
    assert 'autocomplete="current-password"' in page.text


def test_create_leads_to_the_overview(ada, client):
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/dashboard")
    assert client.get("/dashboard").status_code == 200


def test_create_takes_any_spelling_of_the_address(ada, client):
    assert sign_in(client, " ADA@Example.test ").status_code == 303


def test_create_sets_a_cookie_that_scripts_cannot_read(ada, client):
    cookie = sign_in(client).headers["Set-Cookie"]
    for part in ("portal_member=", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.test", "another password"),
        ("nobody@example.test", PASSWORD),
        ("ada@example.test", PASSWORD.upper()),
    ],
)
def test_create_says_the_same_of_a_wrong_password_and_an_unknown_address(
    ada, client, email, password
):
    answer = sign_in(client, email, password=password)
    assert answer.status_code == 422
    assert "do not belong together" in answer.text
    assert f'value="{email}"' in answer.text, "the address has to be typed again"
    assert password not in answer.text
    assert client.get("/dashboard").status_code == 303


def test_a_customer_cannot_sign_in_to_the_dashboard(client):
    customer = a_customer(email="jenny@example.test")
    assert sign_in(client, customer.email).status_code == 422


def test_a_user_without_a_password_cannot_sign_in(client):
    user = a_user(password_hash="")
    assert sign_in(client, user.email, password="nobody has this password").status_code == 422


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [("", "x", "Enter your email address."), ("no address", "x", "such as name@example.com")],
)
def test_create_says_what_is_missing(client, email, password, words):
    answer = sign_in(client, email, password=password)
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize("target", ["/dashboard/customers?page=2", "/dashboard/settings"])
def test_create_goes_on_to_the_page_that_was_wanted(ada, client, target):
    assert sign_in(client, next=target).location == target


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.test/dashboard",
        "//evil.test/dashboard",
        "/\\evil.test",
        "/p/login/x",
        "/dashboardx",
        "/dashboard/../p/login",
        "javascript:alert(1)",
        "/dashboard\n/x",
        "/dashboard/" + "x" * 2000,
    ],
)
def test_create_goes_nowhere_else(ada, client, target):
    assert sign_in(client, next=target).location == "/dashboard"


def test_a_page_that_needs_signing_in_is_come_back_to(ada, client):
    answer = client.get("/dashboard/activity?who=team")
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert 'value="/dashboard/activity?who=team"' in page.text


def test_signing_in_makes_a_new_session_and_ends_the_old_one(ada, client):
    sign_in(client)
    before = client.get_cookie("portal_member").value
    sign_in(client)
    after = client.get_cookie("portal_member").value
    assert after != before
    assert DashboardSession.find(after, at=now())
    assert not DashboardSession.find(before, at=now())


def test_signing_in_forgets_what_was_known_before_but_not_the_language(ada, client):
    client.get("/dashboard/sign-in?locale=fr")
    with client.session_transaction() as session:
        session["reset_asked"] = "somebody@example.test"
    sign_in(client)
    with client.session_transaction() as session:
        assert "reset_asked" not in session
        assert "seed" not in session
        assert session["locale"] == "fr"


def test_who_is_signed_in_is_led_on(ada, client):
    sign_in(client)
    assert client.get("/dashboard/sign-in").location == "/dashboard"


def test_the_eleventh_try_on_one_address_waits(ada, client):
    for _ in range(10):
        assert sign_in(client, password="wrong").status_code == 422
    answer = sign_in(client)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    with time_machine.travel(now() + timedelta(minutes=5, seconds=1)):
        assert sign_in(client).status_code == 303


def test_the_eleventh_try_from_one_place_waits(ada, client):
    for number in range(10):
        assert sign_in(client, f"user{number}@example.test").status_code == 422
    assert sign_in(client).status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    form = {"email": "ada@example.test", "password": PASSWORD}
    answer = client.post("/dashboard/sign-in", data=form, environ_overrides=elsewhere)
    assert answer.status_code == 303


def test_signing_in_well_does_not_use_up_the_tries_of_a_place(ada, client):
    for _ in range(9):
        sign_in(client, "nobody@example.test")
    for _ in range(5):
        assert sign_in(client).status_code == 303
    assert sign_in(client, "nobody@example.test").status_code == 422
    assert sign_in(client).status_code == 429, "a good one took back the bad ones before it"


def test_limits_can_be_off_for_benchmarks(ada, client, configured):
    configured(rate_limits=False)
    for _ in range(12):
        assert sign_in(client, password="wrong").status_code == 422


def test_a_sign_in_without_a_token_is_refused(ada, client):
    form = {"email": "ada@example.test", "password": PASSWORD}
    answer = client.post("/dashboard/sign-in", data=form, csrf=False)
    assert answer.status_code == 403
    assert PASSWORD not in answer.text
    assert not client.get_cookie("portal_member")


def test_a_sign_in_from_elsewhere_is_refused(ada, client):
    form = {"email": "ada@example.test", "password": PASSWORD}
    answer = client.post("/dashboard/sign-in", data=form, headers={"Origin": "https://evil.test"})
    assert answer.status_code == 403


def test_an_outdated_hash_is_renewed_and_nobody_is_signed_out(ada, client, monkeypatch):
    _, elsewhere = DashboardSession.open(ada, at=now())
    before = ada.password_hash
    monkeypatch.setattr(
        passwords, "CHEAP_PARAMETERS", passwords.CHEAP_PARAMETERS | {"time_cost": 2}
    )
    passwords.use_cheap_parameters()
    try:
        sign_in(client)
    finally:
        monkeypatch.undo()
        passwords.use_cheap_parameters()
    assert ada.reload().password_hash != before
    assert passwords.matches(ada.reload().password_hash, PASSWORD)
    assert DashboardSession.find(elsewhere, at=now())


def test_too_many_at_once_are_asked_to_come_back(ada, client, monkeypatch):
    monkeypatch.setattr(passwords, "LONGEST_WAIT", 0.01)
    for _ in range(passwords.MOST_AT_ONCE):
        passwords._hasher.turnstile.acquire()
    try:
        answer = sign_in(client)
    finally:
        for _ in range(passwords.MOST_AT_ONCE):
            passwords._hasher.turnstile.release()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


# ── signing out ─────────────────────────────────────────────────────────────────────────────────


def test_signing_out_ends_the_session_and_clears_the_cache(ada, client):
    sign_in(client)
    token = client.get_cookie("portal_member").value
    answer = client.post("/dashboard/sign-out")
    assert (answer.status_code, answer.location) == (303, "/dashboard/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not client.get_cookie("portal_member")
    client.set_cookie("portal_member", token)
    assert client.get("/dashboard").status_code == 303, "the old cookie still worked"


def test_signing_out_needs_a_post(ada, client):
    sign_in(client)
    assert client.get("/dashboard/sign-out").status_code == 405


def test_signing_out_without_a_session_leads_to_sign_in(client):
    assert client.post("/dashboard/sign-out").location == "/dashboard/sign-in"


def test_signing_out_everywhere_ends_every_session(ada, client):
    _, elsewhere = DashboardSession.open(ada, at=now())
    sign_in(client)
    client.post("/dashboard/settings/profile/sessions/deletion")
    assert not DashboardSession.find(elsewhere, at=now())
    assert client.get("/dashboard").status_code == 303


# ── the language before signing in ──────────────────────────────────────────────────────────────


def test_the_language_can_be_chosen_before_signing_in(client):
    form = {"locale": "de", "back": "/dashboard/sign-in?next=/dashboard/settings"}
    answer = client.post("/dashboard/language", data=form)
    assert answer.location == "/dashboard/sign-in?next=/dashboard/settings"
    assert 'lang="de"' in client.get("/dashboard/sign-in").text


def test_choosing_a_language_leads_nowhere_else(client):
    form = {"locale": "xx", "back": "https://evil.test"}
    answer = client.post("/dashboard/language", data=form)
    assert answer.location == "/dashboard"
    assert not client.get_cookie("portal_locale")
