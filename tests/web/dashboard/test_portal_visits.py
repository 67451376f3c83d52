"""Looking at the portal as a customer: marked, read-only, on record."""

import pytest

from portal.billing.events import Event
from portal.selfservice.portal_sessions import PortalSession
from tests.factories import a_customer, a_subscription, a_user


@pytest.fixture
def customer(db):
    return a_customer(name="Grace Hopper")


@pytest.fixture
def user(customer):
    return a_user(merchant=customer.merchant, name="Mara")


@pytest.fixture
def dashboard(user, staff):
    return staff(user)


def visit(dashboard, customer):
    return dashboard.post(f"/dashboard/customers/{customer.id}/portal-visit")


def test_the_member_sees_the_portal_of_the_customer(dashboard, customer):
    answer = visit(dashboard, customer)
    assert answer.headers["Location"] == "/p/"
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert dashboard.get("/p/").status_code == 200


def test_it_is_on_record_with_who_it_was(dashboard, customer, user):
    visit(dashboard, customer)
    event = Event.get(Event.type == "billing_portal.session.impersonated")
    assert (event.actor_kind, event.actor_id, event.customer_id) == (
        "member",
        user.id,
        customer.id,
    )
    assert not Event.select().where(Event.type == "billing_portal.session.created").exists()


def test_nothing_can_be_changed(dashboard, customer):
    subscription = a_subscription(customer=customer)
    visit(dashboard, customer)
    answer = dashboard.post(f"/p/subscriptions/{subscription.id}/cancellation")
    assert answer.status_code == 403
    assert not subscription.reload().is_ending


def test_nobody_else_can_be_switched_to(dashboard, customer):
    visit(dashboard, customer)
    session = PortalSession.get()
    assert session.email == ""
    assert session.is_impersonated


def test_a_visit_needs_a_press_of_the_button(dashboard, customer):
    url = f"/dashboard/customers/{customer.id}/portal-visit"
    assert dashboard.get(url).status_code == 405
    assert dashboard.post(url, csrf=False).status_code == 403
    assert not PortalSession.select().exists()
