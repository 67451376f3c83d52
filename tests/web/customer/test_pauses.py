"""Pausing and resuming in the portal."""

from datetime import timedelta

import pytest

from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from tests.factories import a_subscription


@pytest.fixture
def subscription(app):
    return a_subscription(at=now() - timedelta(days=2))


@pytest.fixture
def ada(subscription, sign_in):
    configure(subscription, allows_pause=True, pause_months=[1, 12, 0])
    return sign_in(subscription.customer)


@pytest.fixture
def page(subscription):
    return f"/p/subscriptions/{subscription.id}"


def configure(subscription, **given):
    PortalConfiguration.default_of(subscription.merchant).change(at=now(), **given)


def test_new_says_what_a_pause_means_and_until_when(ada, page):
    text = ada.get(f"{page}/pause/new").text
    assert "Pause Newsletter" in text
    assert "follows after the pause, to the day" in text
    for words in ("1 month", "1 year", "Until I resume it", "It goes on by itself on"):
        assert words in text


def test_create_pauses_until_the_day_that_was_shown(ada, page, subscription):
    text = ada.post(f"{page}/pause", data={"months": "1"}, follow_redirects=True).text
    assert "Your subscription is paused until" in text
    paused = subscription.reload()
    assert paused.status == "paused"
    assert 27 < (paused.resumes_at - now()).days < 32
    assert "Resume" in text


def test_create_without_an_end(ada, page, subscription):
    text = ada.post(f"{page}/pause", data={"months": "0"}, follow_redirects=True).text
    assert "Your subscription is paused until you resume it." in text
    assert subscription.reload().resumes_at is None


def test_resuming_gives_the_rest_back_and_twice_is_no_error(ada, page, subscription):
    ada.post(f"{page}/pause", data={"months": "1"})
    answers = [ada.post(f"{page}/resumption", follow_redirects=True) for _ in range(2)]
    assert all("What you had paid for lasts until" in answer.text for answer in answers)
    assert subscription.reload().status == "active"


def test_the_same_form_twice_pauses_once(ada, page, subscription):
    data = {"months": "1", "csrf_token": ada.token()}
    assert [ada.post(f"{page}/pause", data=data).status_code for _ in range(2)] == [303, 303]


@pytest.mark.parametrize("months", ["2", "37", "-1", "x", ""])
def test_a_duration_that_is_not_offered_is_refused(ada, page, subscription, months):
    assert ada.post(f"{page}/pause", data={"months": months}).status_code == 422
    assert subscription.reload().status == "active"


def test_what_is_switched_off_is_refused(ada, page, subscription):
    configure(subscription, allows_pause=False)
    assert ada.get(f"{page}/pause/new").status_code == 403
    assert ada.post(f"{page}/pause", data={"months": "1"}).status_code == 403
    assert ada.post(f"{page}/resumption").status_code == 403


def test_what_is_switched_off_while_the_page_is_open_is_refused_in_words_on_it(
    ada, page, subscription
):
    configure(subscription, allows_pause=False)
    headers = {"HX-Request": "true", "HX-Target": "pause"}

    answer = ada.post(f"{page}/pause", data={"months": "1"}, headers=headers)

    assert answer.status_code == 403
    assert answer.headers["HX-Reswap"] == "none"
    assert answer.text.lstrip().startswith('<div id="flash"')
    assert "is not offered here" in answer.text


def test_a_paused_one_is_not_paused_again(ada, page):
    ada.post(f"{page}/pause", data={"months": "1"})
    answer = ada.post(f"{page}/pause", data={"months": "1"})
    assert answer.status_code == 409
    assert "Resume it first." in answer.text


def test_htmx_gets_the_form_alone(ada, page):
    headers = {"HX-Request": "true", "HX-Target": "pause"}
    answer = ada.post(f"{page}/pause", data={}, headers=headers)
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith('<form id="pause"')
