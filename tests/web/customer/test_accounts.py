"""Several customers with one address: the others are a click away, and nobody else's."""

import pytest

from portal.billing.events import Event
from portal.selfservice.portal_sessions import PortalSession
from tests.factories import a_customer, a_merchant

ADA = "ada@example.test"


@pytest.fixture
def merchant(app):
    return a_merchant()


@pytest.fixture
def ada(merchant):
    return a_customer(merchant=merchant, email=ADA, name="Ada Lovelace")


@pytest.fixture
def company(merchant):
    return a_customer(merchant=merchant, email=ADA, company="Analytical Engines")


def test_index_shows_the_others_of_the_address(sign_in, ada, company):
    page = sign_in(ada).get("/p/accounts").text

    assert "Ada Lovelace" in page
    assert f'action="/p/accounts/{company.id}"' in page


def test_index_alone_says_so(sign_in, ada):
    assert "This is the only account" in sign_in(ada).get("/p/accounts").text


def test_update_goes_on_as_the_other(sign_in, ada, company):
    client = sign_in(ada)

    answer = client.post(f"/p/accounts/{company.id}")

    assert (answer.status_code, answer.location) == (303, "/p/")
    assert PortalSession.get().customer == company
    assert "You now see the account of Analytical Engines." in client.get("/p/accounts").text
    assert Event.select().where(Event.type == "billing_portal.session.switched").count() == 1


def test_update_reaches_nobody_of_another_address_or_merchant(sign_in, ada, merchant):
    client = sign_in(ada)
    bob = a_customer(merchant=merchant, email="bob@example.test")
    elsewhere = a_customer(email=ADA)

    for stranger in (bob, elsewhere, ada):
        assert client.post(f"/p/accounts/{stranger.id}").status_code == 404
    assert client.post("/p/accounts/cus_nothing").status_code == 404
    assert PortalSession.get().customer == ada
