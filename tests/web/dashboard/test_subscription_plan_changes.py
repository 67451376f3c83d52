"""The merchant changes plans, pauses and resumes, and sees the costs before."""

import re
from datetime import timedelta
from html import unescape

import pytest

from portal.billing.scheduled_changes import ScheduledChange
from portal.record import now
from tests.factories import a_customer, a_payment_method, a_price, a_product, a_subscription, a_user


@pytest.fixture
def user(app):
    return a_user()


@pytest.fixture
def member(staff, user):
    return staff(user)


@pytest.fixture
def subscription(user):
    customer = a_customer(merchant=user.merchant)
    return a_subscription(customer=customer, at=now() - timedelta(days=2))


@pytest.fixture
def pro(user):
    return a_price(product=a_product(merchant=user.merchant, name="Pro"), unit_amount=5000)


@pytest.fixture
def page(subscription):
    return f"/dashboard/subscriptions/{subscription.id}"


def preview(member, page, price, **given):
    chosen = {"price": price.id, "quantity": 1, "timing": "at_once", "proration": "always_invoice"}
    return member.get(f"{page}/plan", query_string=chosen | given)


def quote_of(answer):
    return unescape(re.search(r'name="quote" value="([^"]+)"', answer.text)[1])


def test_the_page_leads_to_changing_and_pausing(member, page):
    text = member.get(page).text
    assert f"{page}/plan/new" in text
    assert f"{page}/pause/new" in text
    assert member.get(f"{page}/plan/new").status_code == 200


def test_the_preview_changes_nothing_and_confirming_does(member, page, subscription, pro):
    a_payment_method(customer=subscription.customer)
    answer = preview(member, page, pro)
    assert "Nothing has been saved yet." in answer.text
    assert "Rest of the period: Pro" in answer.text
    assert subscription.reload().item.price != pro
    quote = quote_of(answer)
    text = member.post(f"{page}/plan", data={"quote": quote}, follow_redirects=True).text
    assert "The plan is changed: Pro." in text
    assert "was paid." in text
    assert subscription.reload().item.price == pro


def test_any_price_of_the_merchant_can_be_given_whatever_the_portal_allows(
    member, page, subscription, pro
):
    quote = quote_of(preview(member, page, pro, proration="none"))
    member.post(f"{page}/plan", data={"quote": quote})
    assert subscription.reload().item.price == pro


def test_the_same_quote_twice_has_one_effect(member, page, subscription, pro):
    data = {"quote": quote_of(preview(member, page, pro))}
    member.post(f"{page}/plan", data=data)
    answer = member.post(f"{page}/plan", data=data, follow_redirects=True)
    assert answer.status_code in {200, 409}
    assert subscription.invoices.count() == 2


def test_a_world_that_changed_leads_to_a_new_preview(member, page, subscription, pro):
    quote = quote_of(preview(member, page, pro))
    subscription.customer.change(country="FR", at=now())
    answer = member.post(f"{page}/plan", data={"quote": quote})
    assert answer.status_code == 409
    assert "Something has changed since the preview." in answer.text


def test_a_change_can_wait_and_be_withdrawn(member, page, subscription, pro):
    quote = quote_of(preview(member, page, pro, timing="at_period_end"))
    text = member.post(f"{page}/plan", data={"quote": quote}, follow_redirects=True).text
    assert "The plan changes to Pro on" in text
    assert "Withdraw the change" in text
    text = member.post(f"{page}/plan/withdrawal", follow_redirects=True).text
    assert "The change was withdrawn." in text
    assert ScheduledChange.waiting_of(subscription) is None
    assert member.post(f"{page}/plan/withdrawal").status_code == 409


@pytest.mark.parametrize("given", [{"quantity": "0"}, {"timing": "later"}, {"proration": "x"}])
def test_wrong_input_is_said(member, page, pro, given):
    assert preview(member, page, pro, **given).status_code == 422


def test_what_is_no_change_is_said(member, page, subscription):
    answer = preview(member, page, subscription.item.price)
    assert answer.status_code == 409
    assert "That is the plan already." in answer.text


def test_pausing_and_resuming(member, page, subscription):
    assert member.get(f"{page}/pause/new").status_code == 200
    assert member.post(f"{page}/pause", data={"months": "37"}).status_code == 422
    text = member.post(f"{page}/pause", data={"months": "2"}, follow_redirects=True).text
    assert "The subscription is paused until" in text
    assert subscription.reload().status == "paused"
    assert "Next invoice" not in text
    text = member.get(f"{page}/plan/new", follow_redirects=True).text
    assert "Resume it first." in text
    text = member.post(f"{page}/resumption", follow_redirects=True).text
    assert "The subscription goes on." in text
    assert subscription.reload().status == "active"
    assert member.post(f"{page}/resumption").status_code == 409


def test_somebody_elses_is_not_there(member, pro):
    other = f"/dashboard/subscriptions/{a_subscription().id}"
    for path in ("plan/new", "plan", "pause/new"):
        assert member.get(f"{other}/{path}").status_code == 404
    for path in ("plan", "plan/withdrawal", "pause", "resumption"):
        assert member.post(f"{other}/{path}").status_code == 404
