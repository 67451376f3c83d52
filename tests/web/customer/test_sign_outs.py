"""Leaving: the session is over at once, here or everywhere."""

from datetime import timedelta

import pytest

from portal.record import now
from portal.selfservice.portal_sessions import PortalSession
from tests.factories import a_customer, a_login_link
from tests.web.customer.door import Door, let_pass

ADA = "ada@example.test"


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


def test_signing_out_ends_the_session_and_says_goodbye(door):
    token = door.client.get_cookie("portal_customer").value

    answer = door.client.post("/p/sign-out")

    assert (answer.status_code, answer.location) == (303, door.path)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "You are signed out." in door.look().text
    door.client.set_cookie("portal_customer", token)
    assert door.client.get("/p/accounts").status_code == 303


def test_after_signing_out_the_way_back_knows_no_address(door):
    door.client.post("/p/sign-out")

    assert ADA not in door.client.get("/p/accounts", follow_redirects=True).text


def test_signing_out_takes_a_post_and_a_token(door):
    assert door.client.get("/p/sign-out").status_code == 405
    assert door.client.post("/p/sign-out", csrf=False).status_code == 403
    assert door.client.get("/p/accounts").status_code == 200


def test_signing_out_here_leaves_other_browsers_in(app, door):
    let_pass(timedelta(minutes=1))
    phone = Door(app.test_client(), door.link)
    phone.come_in(ADA)

    door.client.post("/p/sign-out")

    assert phone.client.get("/p/accounts").status_code == 200


def test_signing_out_everywhere_ends_them_all(app, door):
    let_pass(timedelta(minutes=1))
    phone = Door(app.test_client(), door.link)
    phone.come_in(ADA)

    answer = door.client.post("/p/sign-outs")

    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert phone.client.get("/p/accounts").status_code == 303
    assert not any(session.is_running(now()) for session in PortalSession.select())


def test_who_only_looks_goes_back_to_the_dashboard(app, link, client):
    customer = a_customer(merchant=link.merchant, email=ADA)
    _, token = PortalSession.open(
        customer, at=now(), configuration=link.configuration, impersonator_id="usr_1"
    )
    client.set_cookie("portal_customer", token)

    answer = client.post("/p/sign-out")

    assert answer.location == f"/dashboard/customers/{customer.id}"
    with client.session_transaction() as session:
        assert "You have left the customer’s portal." in str(session["_flashes"])
    assert client.post("/p/sign-outs").status_code == 303


def test_a_sign_out_of_a_session_that_ran_out_leads_to_the_login(door):
    let_pass(timedelta(minutes=61))

    answer = door.client.post("/p/sign-out", follow_redirects=True)

    assert "<h1>Sign in</h1>" in answer.text
