"""The login page, and the way back to it."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from portal.delivery.jobs import Job
from portal.record import now
from portal.selfservice.portal_sessions import PortalSession
from portal.selfservice.sign_in_codes import SignInChallenge
from tests.factories import NOW, a_customer, a_login_link, a_merchant
from tests.web.customer.door import Door, let_pass

ADA = "ada@example.test"


@pytest.fixture
def link(app):
    link = a_login_link()
    a_customer(merchant=link.merchant, email=ADA)
    return link


@pytest.fixture
def door(client, link):
    return Door(client, link)


# ── the page ────────────────────────────────────────────────────────────────────────────────────


def test_the_page_wears_the_merchants_name_and_asks_for_one_thing(door):
    page = door.look()

    assert page.status_code == 200
    assert door.link.merchant.name in page.text
    assert '<input autocapitalize="none" autocomplete="email"' in page.text
    assert 'type="email"' in page.text
    assert 'name="email"' in page.text


def test_the_page_says_whose_it_is(client):
    merchant = a_merchant(name="Lindenhof", phone="+49 30 1234567", vat_id="DE136695976")
    page = Door(client, a_login_link(merchant=merchant)).look(locale="de")
    said = re.findall(r"panel-foot__fact\">([^<]+)<", page.text)
    assert said[:4] == ["Lindenhof ·", "Gartenweg 3 ·", "10115 Berlin ·", "Deutschland ·"]
    assert said[4:] == ["+49 30 1234567 ·", "USt-IdNr. DE136695976"]


def test_the_page_needs_no_script(door):
    page = door.look()

    assert "<script" not in page.text
    assert "hx-" not in page.text


def test_looking_sends_nothing_and_writes_nothing(door):
    for _ in range(3):
        door.look(prefilled_email=ADA)

    assert Job.select().count() == SignInChallenge.select().count() == 0


@pytest.mark.parametrize(
    "email", ["jenny@example.com", "jenny+news@example.com", " j@müller.test "]
)
def test_a_prefilled_address_stands_in_the_field_and_can_be_edited(door, email):
    page = door.look(prefilled_email=email)

    assert f'value="{email.strip()}"' in page.text
    assert "readonly" not in page.text


@pytest.mark.parametrize(
    "email",
    ["jenny", "a@b", "a@x.test,b@x.test", '"><script>alert(1)</script>', "x" * 250 + "@x.test"],
)
def test_a_prefilled_address_that_is_none_is_as_if_it_were_not_there(door, email):
    page = door.look(prefilled_email=email)

    assert page.status_code == 200
    assert page.text.count("<script") == 0
    assert 'id="email"' in page.text
    assert 'name="email" required' in page.text or 'value=""' in page.text


def test_the_language_of_the_link_holds_for_the_next_pages(door):
    assert '<html lang="fr">' in door.look(locale="fr").text

    door.ask(ADA)

    assert '<html lang="fr">' in door.look_at_code_page().text


def test_without_a_wish_the_page_speaks_the_merchants_language(client):
    door = Door(client, a_login_link(merchant=a_merchant(locale="de")))

    assert '<html lang="de">' in door.look().text


@pytest.mark.parametrize("code", ["es", "../de", "de_DE", "DE", ""])
def test_an_unknown_language_is_none(door, code):
    assert '<html lang="en">' in door.look(locale=code).text


def test_a_dead_link_says_what_to_do(door):
    door.link.deactivate(at=NOW)

    for page in (door.look(), door.ask(ADA), door.look_at_code_page(), door.enter("123456")):
        assert page.status_code == 404
        assert "This link is no longer active" in page.text


def test_a_link_that_never_was_looks_like_a_dead_one(client):
    page = client.get("/p/login/nothing")

    assert page.status_code == 404
    assert "This link is no longer active" in page.text


# ── asking ──────────────────────────────────────────────────────────────────────────────────────


def test_asking_queues_one_mail_that_dies_with_the_code(door):
    answer = door.ask(" ADA@Example.test ")

    assert answer.status_code == 303
    assert answer.location == f"{door.path}/code"
    challenge, job = SignInChallenge.get(), Job.get()
    assert challenge.email == ADA
    assert (job.name, job.merchant) == ("send_sign_in_code", door.link.merchant)
    assert job.arguments["challenge_id"] == challenge.id
    assert job.expires_at == challenge.expires_at
    assert door.code() not in str(job.arguments)


@pytest.mark.parametrize("email", ["", "ada", "ada@", "a@x.test, b@x.test", "x" * 300 + "@x.test"])
def test_no_address_is_no_question(door, email):
    answer = door.ask(email)

    assert answer.status_code == 422
    assert "field--wrong" in answer.text
    assert Job.select().count() == 0


def test_a_form_from_elsewhere_is_refused(door):
    door.look()

    answer = door.client.post(door.path, data={"email": ADA}, csrf=False)
    other = door.client.post(
        door.path, data={"email": ADA}, headers={"Origin": "https://evil.test"}
    )

    assert (answer.status_code, other.status_code) == (403, 403)
    assert Job.select().count() == 0


def test_the_cookie_of_the_challenge_is_closed(door):
    answer = door.ask(ADA)

    cookie = next(
        value for value in answer.headers.getlist("Set-Cookie") if "portal_challenge" in value
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_asking_twice_at_once_leads_to_the_code_and_sends_one_mail(door):
    door.ask(ADA)
    answer = door.ask(ADA)

    assert answer.location == f"{door.path}/code"
    assert Job.select().count() == 1
    assert "New code in" in door.look_at_code_page().text


def test_asking_from_another_browser_at_once_is_told_to_wait(app, door):
    door.ask(ADA)

    answer = Door(app.test_client(), door.link).ask(ADA)

    assert answer.status_code == 429
    assert 25 <= int(answer.headers["Retry-After"]) <= 30
    assert "That was too often. Please try again in" in answer.text
    assert f'value="{ADA}"' in answer.text


def test_a_proxy_that_nobody_trusts_cannot_lie_about_the_network(door):
    for number in range(50):
        door.client.post(
            door.path,
            data={"email": f"p{number}@x.test"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )

    assert door.ask(ADA).status_code == 429


# ── the way back ────────────────────────────────────────────────────────────────────────────────


def test_a_page_that_needs_a_session_leads_to_the_login_and_back(door):
    door.come_in(ADA)
    let_pass(timedelta(minutes=61))

    answer = door.client.get("/p/accounts?x=1", follow_redirects=True)
    assert "Your session ended" in answer.text
    assert f'value="{ADA}"' in answer.text
    assert ADA not in answer.request.url

    answer = door.come_in(ADA, next="/p/accounts?x=1")
    assert answer.location == "/p/accounts?x=1"


def test_the_form_carries_the_wanted_page_along(door):
    page = door.look(next="/p/invoices")

    assert '<input type="hidden" name="next" value="/p/invoices">' in page.text


@pytest.mark.parametrize(
    "target",
    [
        *("https://evil.test/", "//evil.test", "/\\evil.test", "/p/\\evil.test", "javascript:x"),
        *("/dashboard/", "/p/../dashboard", "/p/a b", "/p/\n", "/p/login/x", "/p/sign-out"),
        *("/p/" + "x" * 2000, "", "p/"),
    ],
)
def test_the_way_back_leads_to_pages_of_the_portal_only(door, target):
    assert 'name="next"' not in door.look(next=target).text

    assert door.come_in(ADA, next=target).location == "/p/"


def test_a_browser_that_signed_in_once_finds_its_link(door):
    door.come_in(ADA)
    door.client.delete_cookie("portal_customer")

    answer = door.client.get("/p/accounts")
    assert answer.location == "/p/sign-in?next=/p/accounts"
    assert door.client.get(answer.location).location == f"{door.path}?next=/p/accounts"


def test_a_browser_that_knows_nothing_is_told_where_to_look(client):
    answer = client.get("/p/accounts", follow_redirects=True)

    assert "Please sign in" in answer.text
    assert "find the link in every email" in answer.text


def test_when_the_link_was_replaced_the_new_one_is_the_way_back(door):
    door.come_in(ADA)
    let_pass(timedelta(minutes=61))
    door.link.deactivate(at=now())
    new = a_login_link(merchant=door.link.merchant)

    answer = door.client.get("/p/sign-in?next=/p/accounts")

    assert answer.location == f"/p/login/{new.token}?next=/p/accounts"


def test_htmx_is_told_to_load_the_login_page(door):
    door.come_in(ADA)
    let_pass(timedelta(minutes=61))

    answer = door.client.get("/p/accounts", headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"] == "/p/sign-in?next=/p/accounts"


def test_who_is_signed_in_goes_straight_in(door):
    door.come_in(ADA)

    assert door.look().location == "/p/"
    assert door.look(prefilled_email=ADA).location == "/p/"
    assert door.look(next="/p/accounts").location == "/p/accounts"
    assert door.client.get("/p/sign-in").location == "/p/"


def test_a_link_for_somebody_else_asks_again(door):
    door.come_in(ADA)

    page = door.look(prefilled_email="bob@example.test")

    assert page.status_code == 200
    assert 'value="bob@example.test"' in page.text


def test_a_link_of_another_merchant_asks_again(door, client):
    door.come_in(ADA)
    other = Door(client, a_login_link())

    page = other.look()

    assert page.status_code == 200
    assert other.link.merchant.name in page.text
    assert door.link.merchant.name not in page.text


def test_a_session_of_one_merchant_becomes_one_of_another_only_by_its_code(door, client):
    door.come_in(ADA)
    other = Door(client, a_login_link())
    bob = a_customer(merchant=other.link.merchant, email="bob@example.test")

    other.come_in("bob@example.test")

    running = [each for each in PortalSession.select() if each.is_running(now())]
    assert [each.customer for each in running] == [bob]


def test_the_address_is_quoted_where_links_carry_it(link):
    path = link.path("a+b&c@example.test")

    assert path.endswith("?prefilled_email=" + quote("a+b&c@example.test", safe=""))
