"""What was typed while the session ran out is back in its form after sign-in."""

from datetime import timedelta

import pytest

from portal.selfservice.portal_sessions import PortalSession
from tests.factories import a_customer, a_login_link
from tests.web.customer.door import Door, let_pass

ADA = "ada@example.test"
PAGE = "/p/billing-information"
REFERER = {"Referer": f"http://localhost:5000{PAGE}"}
TYPED = {"name": "Countess of Lovelace", "line1": "Half typed stree"}


@pytest.fixture
def link(app):
    link = a_login_link()
    a_customer(merchant=link.merchant, email=ADA)
    return link


@pytest.fixture
def door(client, link):
    door = Door(client, link)
    door.come_in(ADA)
    return door


def send_too_late(door, headers=REFERER, **typed):
    """The form of a session that ran out an hour ago."""
    token = door.client.token()
    let_pass(timedelta(minutes=61))
    return door.client.post(PAGE, data=TYPED | typed | {"csrf_token": token}, headers=headers)


def come_back(door, email=ADA):
    door.look(next=PAGE)
    door.ask(email, next=PAGE)
    answer = door.enter(door.code())
    assert answer.status_code == 303, answer.text
    assert answer.location == PAGE
    return answer


def test_the_way_leads_through_sign_in_back_to_the_form(door):
    answer = send_too_late(door)

    assert (answer.status_code, answer.location) == (303, f"/p/sign-in?next={PAGE}")
    page = door.client.get(answer.location, follow_redirects=True)
    assert "Your session ended" in page.text
    assert come_back(door).location == PAGE


def test_what_was_typed_is_in_the_form_and_nothing_was_saved(door):
    send_too_late(door)
    come_back(door)

    page = door.client.get(PAGE).text

    assert "What you had typed is back in the form." in page
    assert 'value="Countess of Lovelace"' in page
    assert 'value="Half typed stree"' in page
    assert PortalSession.select().order_by(PortalSession.id.desc()).first().customer.name != (
        "Countess of Lovelace"
    )


def test_it_is_put_back_once(door):
    send_too_late(door)
    come_back(door)
    door.client.get(PAGE)

    assert "Countess" not in door.client.get(PAGE).text


def test_nobody_else_gets_it(door, link):
    a_customer(merchant=link.merchant, email="bob@example.test")
    send_too_late(door)

    come_back(door, "bob@example.test")

    assert "Countess" not in door.client.get(PAGE).text


def test_it_is_kept_for_two_hours_at_most(door, app, monkeypatch):
    send_too_late(door)
    come_back(door)
    monkeypatch.setattr("portal.web.customer.drafts.LIFE", timedelta(seconds=-1))

    assert "Countess" not in door.client.get(PAGE).text


def test_it_is_stored_sealed(door):
    send_too_late(door)

    draft = PortalSession.get().draft

    assert list(draft) == ["sealed"]
    assert "Countess" not in str(draft)


def test_passwords_codes_and_tokens_are_not_kept(door):
    send_too_late(door, password="hunter2", code="123456")
    come_back(door)

    session = PortalSession.select().order_by(PortalSession.id.desc()).first()
    keyring = door.client.application.extensions["keyring"]
    kept = keyring.unseal("form_draft", session.draft["sealed"])
    assert [name for name, _ in kept["fields"]] == ["name", "line1"]


def test_a_form_that_is_not_of_that_session_is_not_kept(door):
    let_pass(timedelta(minutes=61))

    answer = door.client.post(
        PAGE, data=TYPED | {"csrf_token": "planted.by a stranger"}, headers=REFERER, csrf=False
    )

    assert answer.status_code == 303
    assert PortalSession.get().draft == {}


def test_a_form_from_elsewhere_is_refused(door):
    answer = send_too_late(door, headers={"Origin": "https://evil.test"})

    assert answer.status_code == 403
    assert PortalSession.get().draft == {}


@pytest.mark.parametrize(
    "referer",
    [
        *("", "https://evil.test/p/billing-information", "http://localhost:5000/dashboard/"),
        *("http://localhost:5000/p/sign-out", "http://localhost:5000/p/nothing"),
    ],
)
def test_without_a_page_to_go_back_to_the_way_leads_home(door, referer):
    answer = send_too_late(door, headers={"Referer": referer})

    assert answer.location == "/p/sign-in"
    assert PortalSession.get().draft == {}


def test_a_flood_of_text_is_not_kept(door):
    send_too_late(door, line2="x" * 70_000)

    assert PortalSession.get().draft == {}


def test_after_signing_out_nothing_is_kept(door):
    token = door.client.get_cookie("portal_customer").value
    csrf = door.client.token()
    door.client.post("/p/sign-out")
    door.client.set_cookie("portal_customer", token)

    door.client.post(PAGE, data=TYPED | {"csrf_token": csrf}, headers=REFERER, csrf=False)

    assert PortalSession.get().draft == {}
