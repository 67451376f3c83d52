"""Canceling: told what is lost, decided once, confirmed, and asked why only afterwards."""

from datetime import timedelta

import pytest

from portal.billing.credit_notes import CreditNote
from portal.billing.events import Event
from portal.billing.pausing import pause
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from tests.factories import a_subscription

HTMX = {"HX-Request": "true"}


@pytest.fixture
def subscription(app):
    return a_subscription(at=now() - timedelta(days=2))


@pytest.fixture
def ada(subscription, sign_in):
    return sign_in(subscription.customer)


@pytest.fixture
def url(subscription):
    return f"/p/subscriptions/{subscription.id}/cancellation"


def configure(subscription, **given):
    PortalConfiguration.default_of(subscription.merchant).change(at=now(), **given)


def events_of(subscription, type_):
    return (
        Event.select().where((Event.object_id == subscription.id) & (Event.type == type_)).count()
    )


def test_new_says_what_is_lost_and_when(ada, url):
    text = ada.get(f"{url}/new").text
    assert "Cancel Newsletter?" in text
    assert "You keep access to Newsletter until" in text
    assert "Until then you can take the cancellation back." in text
    assert "Keep subscription" in text


def test_new_says_when_it_ends_at_once(ada, url, subscription):
    configure(subscription, cancellation_mode="immediately")
    text = ada.get(f"{url}/new").text
    assert "Your subscription ends immediately" in text
    assert "End subscription now" in text
    assert "take the cancellation back" not in text


def test_what_is_given_back_is_said(ada, url, subscription):
    configure(subscription, cancellation_mode="immediately", cancellation_proration="credit")

    page = ada.get(ada.post(url).location).text

    given_back = CreditNote.get().balance_amount
    assert given_back > 0
    assert f"€{given_back / 100:.2f} is added to your credit balance." in page


def test_an_end_that_gives_nothing_back_says_nothing_of_a_balance(ada, url, subscription):
    configure(subscription, cancellation_mode="immediately")

    assert "credit balance" not in ada.get(ada.post(url).location).text


def test_new_for_a_trial_promises_that_nothing_is_billed(sign_in, app):
    trial = a_subscription(at=now(), trial_days=14)
    text = sign_in(trial.customer).get(f"/p/subscriptions/{trial.id}/cancellation/new").text
    assert "until your trial ends on" in text
    assert "Nothing is billed." in text


def test_create_leads_to_the_confirmation(ada, url, subscription):
    answer = ada.post(url)
    assert (answer.status_code, answer.location) == (303, url)
    text = ada.get(url).text
    assert "Your subscription is cancelled" in text
    assert f"A confirmation is on its way to {subscription.customer.email}." in text
    assert "Why did you cancel?" in text
    assert subscription.reload().is_ending


def test_create_ends_it_at_once_where_the_merchant_wants_so(ada, url, subscription):
    configure(subscription, cancellation_mode="immediately")
    ada.post(url)
    assert subscription.reload().ended_at
    text = ada.get(url).text
    assert "Your subscription has ended" in text
    assert "reinstatement" not in text


def test_create_answers_htmx_with_the_place_to_go_to(ada, url):
    answer = ada.post(url, headers=HTMX)
    assert answer.status_code == 200
    assert answer.headers["HX-Location"] == url


def test_the_same_form_twice_has_one_effect_and_no_error(ada, url, subscription):
    token = ada.token()
    answers = [ada.post(url, data={"csrf_token": token}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert events_of(subscription, "customer.subscription.cancellation_scheduled") == 1


def test_a_second_tab_leads_to_the_same_confirmation(ada, url, subscription):
    ada.post(url, data={"csrf_token": ada.token()})
    answer = ada.post(url, data={"csrf_token": ada.token()})
    assert (answer.status_code, answer.location) == (303, url)
    assert events_of(subscription, "customer.subscription.cancellation_scheduled") == 1


def test_an_old_form_does_not_cancel_what_was_reinstated(ada, url, subscription):
    token = ada.token()
    ada.post(url, data={"csrf_token": token})
    ada.post(f"/p/subscriptions/{subscription.id}/reinstatement")
    answer = ada.post(url, data={"csrf_token": token}, follow_redirects=True)
    assert answer.status_code == 200
    assert not subscription.reload().is_ending
    assert "Your subscription renews on" in answer.text


def test_canceling_without_a_token_is_refused(ada, url, subscription):
    assert ada.post(url, csrf=False).status_code == 403
    assert not subscription.reload().is_ending


def test_what_is_switched_off_is_refused_also_by_hand(ada, url, subscription):
    configure(subscription, allows_cancellation=False)
    assert ada.get(f"{url}/new").status_code == 403
    assert ada.post(url).status_code == 403
    assert not subscription.reload().is_ending


def test_somebody_elses_is_not_there(ada, app):
    other = a_subscription()
    url = f"/p/subscriptions/{other.id}/cancellation"
    assert ada.get(f"{url}/new").status_code == 404
    assert ada.get(url).status_code == 404
    assert ada.post(url).status_code == 404
    assert ada.post(f"{url}/reason", data={"reason": "unused"}).status_code == 404
    assert ada.post(f"/p/subscriptions/{other.id}/reinstatement").status_code == 404
    assert not other.reload().is_ending


def test_show_of_what_was_not_canceled_leads_to_the_subscription(ada, url, subscription):
    answer = ada.get(url)
    assert answer.status_code == 303
    assert answer.location == f"/p/subscriptions/{subscription.id}"


def test_new_of_what_is_canceled_leads_to_the_confirmation(ada, url):
    ada.post(url)
    assert ada.get(f"{url}/new").location == url


class TestReasons:
    @pytest.fixture(autouse=True)
    def canceled(self, ada, url):
        ada.post(url)

    def test_create_keeps_reason_and_words(self, ada, url, subscription):
        data = {"reason": "other", "comment": "  I move\r\nhouse  "}
        answer = ada.post(f"{url}/reason", data=data, follow_redirects=True)
        assert "Thank you." in answer.text
        assert "Why did you cancel?" not in answer.text
        kept = subscription.reload()
        assert (kept.cancellation_reason, kept.cancellation_comment) == ("other", "I move\nhouse")

    def test_reasons_of_the_merchants_own_are_kept_in_its_words(self, ada, url, subscription):
        configure(subscription, reasons=["unused"], own_reasons=["No <garden> any more"])
        text = ada.get(url).text
        assert "No &lt;garden&gt; any more" in text
        assert "It costs too much" not in text
        ada.post(f"{url}/reason", data={"reason": "No <garden> any more"})
        assert subscription.reload().cancellation_reason == "No <garden> any more"

    def test_a_reason_that_is_not_offered_is_refused(self, ada, url, subscription):
        configure(subscription, reasons=["unused"])
        data = {"reason": "too_expensive", "comment": "My words"}
        answer = ada.post(f"{url}/reason", data=data)
        assert answer.status_code == 422
        assert "My words" in answer.text
        assert subscription.reload().cancellation_reason == ""

    @pytest.mark.parametrize(
        ("comment", "complaint"),
        [
            ("x" * 501, "Please write at most 500 characters."),
            ("It was 4242 4242 4242 4242", "This looks like a card number."),
        ],
    )
    def test_wrong_words_are_said_and_kept(self, ada, url, subscription, comment, complaint):
        answer = ada.post(f"{url}/reason", data={"reason": "unused", "comment": comment})
        assert answer.status_code == 422
        assert complaint in answer.text
        assert comment in answer.text
        assert subscription.reload().cancellation_reason == ""

    def test_no_reason_chosen_is_said(self, ada, url):
        answer = ada.post(f"{url}/reason", data={"comment": "nothing"})
        assert answer.status_code == 422
        assert "Choose a reason, or skip this question." in answer.text

    def test_htmx_gets_the_form_alone(self, ada, url):
        headers = HTMX | {"HX-Target": "question"}
        answer = ada.post(f"{url}/reason", data={}, headers=headers)
        assert answer.status_code == 422
        assert '<form id="question"' in answer.text
        assert "<!doctype" not in answer.text

    def test_the_answer_is_given_once(self, ada, url, subscription):
        ada.post(f"{url}/reason", data={"reason": "unused"})
        ada.post(f"{url}/reason", data={"reason": "too_expensive"})
        assert subscription.reload().cancellation_reason == "unused"

    def test_who_does_not_ask_gets_no_answer(self, ada, url, subscription):
        configure(subscription, asks_for_reason=False)
        assert "Why did you cancel?" not in ada.get(url).text
        assert ada.post(f"{url}/reason", data={"reason": "unused"}).status_code == 403


class TestReinstatements:
    def test_it_goes_on_as_before(self, ada, url, subscription):
        ada.post(url)
        url = f"/p/subscriptions/{subscription.id}/reinstatement"
        text = ada.post(url, follow_redirects=True).text
        assert "Your subscription continues as before." in text
        assert not subscription.reload().is_ending

    def test_taking_it_back_twice_is_no_error(self, ada, url, subscription):
        ada.post(url)
        url = f"/p/subscriptions/{subscription.id}/reinstatement"
        assert [ada.post(url).status_code for _ in range(2)] == [303, 303]
        assert events_of(subscription, "customer.subscription.reinstated") == 1

    def test_what_has_ended_stays_ended(self, ada, subscription):
        subscription.cancel_now(at=now())
        answer = ada.post(f"/p/subscriptions/{subscription.id}/reinstatement")
        assert answer.status_code == 409
        assert "This subscription has ended." in answer.text

    def test_what_is_switched_off_is_refused(self, ada, subscription):
        subscription.cancel(at=now())
        configure(subscription, allows_cancellation=False)
        answer = ada.post(f"/p/subscriptions/{subscription.id}/reinstatement")
        assert answer.status_code == 403
        assert subscription.reload().is_ending


def test_new_says_that_a_pause_does_not_shorten_a_minimum_term(sign_in, app):
    bound = a_subscription(at=now() - timedelta(days=2), minimum_term_months=12)
    pause(bound, at=now())
    text = sign_in(bound.customer).get(f"/p/subscriptions/{bound.id}/cancellation/new").text
    assert "The pause ends with the cancellation." in text
    assert "By the terms of your contract it can end on" in text
    assert "End subscription now" not in text
