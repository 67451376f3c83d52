"""The page that takes the code: words for every case, and a session at the end."""

import re
from datetime import timedelta

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


def cookies(answer):
    return {
        name: value
        for name, _, value in (
            cookie.partition(";")[0].partition("=")
            for cookie in answer.headers.getlist("Set-Cookie")
        )
    }


# ── the page ────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_where_the_code_went_and_takes_it_in_one_field(door):
    door.ask(ADA)

    page = door.look_at_code_page()

    assert page.status_code == 200
    assert f"<strong>{ADA}</strong>" in page.text
    assert page.text.count('name="code"') == 1
    assert 'autocomplete="one-time-code"' in page.text
    assert 'inputmode="numeric"' in page.text
    assert "<script" not in page.text


def test_the_page_offers_another_address_and_another_code_with_its_wait(door):
    door.ask(ADA)

    page = door.look_at_code_page().text

    assert f'href="{door.path}"' in page
    assert f'action="{door.path}/codes"' in page
    assert "New code in" in page
    assert "What to check" in page

    let_pass(timedelta(seconds=31))
    assert "New code in" not in door.look_at_code_page().text


def test_looking_at_the_page_consumes_nothing(door):
    door.ask(ADA)
    for _ in range(7):
        door.look_at_code_page()

    assert door.enter(door.code()).location == "/p/"


def test_without_a_challenge_everything_leads_to_the_login_page(door):
    for answer in (door.look_at_code_page(), door.enter("123456"), door.ask_again()):
        assert (answer.status_code, answer.location) == (303, door.path)


# ── the code ────────────────────────────────────────────────────────────────────────────────────


def test_the_right_code_opens_the_portal(door):
    answer = door.come_in(ADA)

    assert (answer.status_code, answer.location) == (303, "/p/")
    assert door.client.get("/p/accounts").status_code == 200


def test_a_pasted_code_may_have_spaces_and_dashes(door):
    door.ask(ADA)
    code = door.code()

    assert door.enter(f" {code[:3]}-{code[3:]} ").status_code == 303


def test_a_wrong_code_says_how_many_attempts_are_left(door):
    door.ask(ADA)

    answers = [door.enter(door.wrong_code()) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 409]
    assert "4 attempts are left" in answers[0].text
    assert "One attempt is left" in answers[3].text
    assert "wrong too many times" in answers[4].text
    assert 'name="code"' not in answers[4].text
    assert "wrong too many times" in door.look_at_code_page().text


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"])
def test_what_is_no_code_costs_no_attempt(door, typed):
    door.ask(ADA)

    answer = door.enter(typed)

    assert answer.status_code == 422
    assert ("The code has 6 digits." if typed else "Enter the code.") in answer.text
    assert SignInChallenge.get().attempts == 0


def test_an_expired_code_says_so_and_offers_a_new_one(door):
    door.ask(ADA)
    code = door.code()
    let_pass(timedelta(minutes=10))

    answer = door.enter(code)

    assert answer.status_code == 409
    assert "expired" in answer.text
    assert "Send a new code" in answer.text
    assert "expired" in door.look_at_code_page().text


def test_a_code_works_only_in_the_browser_that_asked(app, door):
    door.ask(ADA)

    elsewhere = Door(app.test_client(), door.link)
    elsewhere.look()

    assert elsewhere.enter(door.code()).location == door.path
    assert PortalSession.select().count() == 0


def test_a_code_works_only_at_its_merchant(door, client):
    door.ask(ADA)
    other = Door(client, a_login_link())
    a_customer(merchant=other.link.merchant, email=ADA)

    assert other.enter(door.code()).location == other.path
    assert PortalSession.select().count() == 0


def test_too_many_tries_are_told_to_wait(door):
    door.ask(ADA)
    for number in range(20):
        door.enter(door.wrong_code())
        if number % 5 == 4:
            let_pass(timedelta(minutes=4))
            door.ask_again()

    answer = door.enter(door.code())

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 1800
    assert "Please try again in" in answer.text


# ── another code ────────────────────────────────────────────────────────────────────────────────


def test_another_code_can_be_had_after_thirty_seconds(door):
    door.ask(ADA, next="/p/accounts")
    first = door.code()
    let_pass(timedelta(seconds=31))

    answer = door.ask_again()

    assert (answer.status_code, answer.location) == (303, f"{door.path}/code")
    assert "A new code is on its way" in door.look_at_code_page().text
    assert Job.select().count() == 2
    second = door.code()
    if first != second:
        assert door.enter(first).status_code == 422
    assert door.enter(second).location == "/p/accounts"


def test_asking_too_early_says_how_long_to_wait(door):
    door.ask(ADA)

    answer = door.ask_again()

    assert answer.status_code == 429
    assert 25 <= int(answer.headers["Retry-After"]) <= 30
    assert "You can ask for another one in" in answer.text
    assert Job.select().count() == 1
    assert door.enter(door.code()).status_code == 303


# ── the session ─────────────────────────────────────────────────────────────────────────────────


def test_a_new_session_has_a_new_id_and_the_old_cookie_is_worth_nothing(app, door):
    first = cookies(door.come_in(ADA))["portal_customer"]
    let_pass(timedelta(minutes=1))
    door.client.delete_cookie("portal_challenge")
    door.ask(ADA)
    second = cookies(door.enter(door.code()))["portal_customer"]

    thief = app.test_client()
    thief.set_cookie("portal_customer", first)

    assert first != second
    assert thief.get("/p/accounts").status_code == 303


def test_only_the_digest_of_the_cookie_is_stored(door):
    token = cookies(door.come_in(ADA))["portal_customer"]

    assert len(token) >= 22
    assert token not in str(PortalSession.get().__data__)


def test_of_what_was_before_only_the_language_survives(door):
    door.look(locale="fr")
    with door.client.session_transaction() as session:
        session["planted"] = "by somebody else"
        seed = session.get("seed")

    door.come_in(ADA)

    with door.client.session_transaction() as session:
        assert session.get("planted") is None
        assert session.get("seed") != seed or seed is None
        assert session["locale"] == "fr"


def test_the_challenge_cookie_goes(door):
    assert cookies(door.come_in(ADA))["portal_challenge"] == ""


def test_a_known_browser_can_come_in_while_the_address_is_under_attack(app, door):
    door.come_in(ADA)
    door.client.post("/p/sign-out")
    attacker = Door(app.test_client(), door.link)
    for _ in range(4):
        let_pass(timedelta(minutes=4))
        attacker.client.delete_cookie("portal_challenge")
        attacker.ask(ADA)
        for _ in range(5):
            attacker.enter(attacker.wrong_code())
    let_pass(timedelta(minutes=4))
    attacker.client.delete_cookie("portal_challenge")

    assert attacker.ask(ADA).status_code == 429
    assert door.come_in(ADA).location == "/p/"


def test_a_forged_known_browser_is_a_stranger(door):
    door.client.set_cookie("portal_browser", "forged")

    assert door.come_in(ADA).location == "/p/"


# ── nobody learns who is a customer ─────────────────────────────────────────────────────────────


def behaviour(app, link, email, let):
    """Everything that a stranger sees who tries an address in every way, values masked."""
    door = Door(app.test_client(), link)
    seen = []

    def note(answer):
        text = answer.text.replace(email, "EMAIL")
        for line in text.split('value="')[1:]:
            text = text.replace(line.partition('"')[0] or "\0", "VALUE")
        # The clock goes on between two answers.
        text = re.sub(r"\b\d+ (second|Sekunde|minute|Minute)", r"SOME \1", text)
        headers = sorted((name, len(value)) for name, value in answer.headers)
        jar = sorted((name, len(value)) for name, value in cookies(answer).items())
        seen.append((answer.status_code, headers, jar, text, answer.location))

    note(door.ask(email))
    note(door.look_at_code_page())
    note(door.ask_again())
    for _ in range(6):
        note(door.enter("123456" if door.code() != "123456" else "654321"))
    note(door.look_at_code_page())
    let(timedelta(seconds=31))
    note(door.ask_again())
    note(door.look_at_code_page())
    note(Door(app.test_client(), link).ask(email))
    let(timedelta(minutes=10))
    note(door.enter("123456"))
    note(door.look_at_code_page())
    return seen


def test_known_and_unknown_addresses_see_the_same(app):
    """One after the other, on merchants of the same name, so that limits are even."""
    merchants = [a_merchant(name="Lindenhof") for _ in range(2)]
    for merchant in merchants:
        a_customer(merchant=merchant, email=ADA)
    links = [a_login_link(merchant=merchant) for merchant in merchants]

    known = behaviour(app, links[0], ADA, let_pass)
    unknown = behaviour(app, links[1], "bob@example.test", let_pass)

    for one, other in zip(known, unknown, strict=True):
        assert one[:3] == other[:3]
        assert one[3].replace(links[0].token, "T") == other[3].replace(links[1].token, "T")
        assert (one[4] or "").replace(links[0].token, "T") == (other[4] or "").replace(
            links[1].token, "T"
        )


def test_the_request_never_looks_for_a_customer(door, monkeypatch):
    """So it cannot take longer for a known address: only the job looks."""
    monkeypatch.setattr(SignInChallenge, "recipient", lambda _: pytest.fail("looked"))

    door.ask(ADA)
    door.look_at_code_page()
    door.enter(door.wrong_code())
    let_pass(timedelta(seconds=31))

    assert door.ask_again().status_code == 303


def test_signing_in_costs_few_statements(door, caplog):
    """Each costs time; what they are is in benchmarks/."""
    tokens = door.client.token()

    with caplog.at_level("DEBUG", "peewee"):
        door.client.get(door.path)
        looking = len(caplog.records)
        caplog.clear()
        door.client.post(door.path, data={"email": ADA, "csrf_token": tokens})
        asking = len(caplog.records)
        caplog.clear()
        code = door.code()
        caplog.clear()
        door.enter(code)
        entering = len(caplog.records)

    assert looking == 1
    assert asking <= 14
    assert entering <= 18


def test_a_session_belongs_to_the_customer_and_is_seen_there(door):
    door.come_in(ADA)

    page = door.client.get("/p/sign-ins", headers={"User-Agent": "curl"})

    assert "Unknown browser" in page.text
    assert "This browser" in page.text
    assert PortalSession.get().created_at > NOW
    assert PortalSession.get().is_running(now())
