"""A code lets in whom it was sent to: once, for ten minutes, five attempts, one browser."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal.billing.events import Event
from portal.crypto import digest
from portal.database import database
from portal.selfservice.portal_sessions import PortalSession
from portal.selfservice.sign_in_codes import SignInChallenge, clean_code, new_code
from portal.selfservice.sign_in_refusals import (
    CodeExhausted,
    CodeMalformed,
    CodeOver,
    CodeWrong,
)
from portal.throttle import RateCounter
from tests.factories import NOW, a_customer, a_login_link, a_merchant
from tests.selfservice.signing_in import KEYRING, MINUTE, SECOND, asked, entered, wrong

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def link():
    return a_login_link()


@pytest.fixture
def ada(link):
    return a_customer(merchant=link.merchant, email="ada@example.test")


def test_the_code_lets_its_customer_in(link, ada):
    challenge, code, _ = asked(link, ada.email, NOW)

    session = entered(challenge, code, NOW + MINUTE)

    assert session.customer == ada
    assert (session.merchant, session.configuration) == (ada.merchant, link.configuration)
    assert (session.link, session.email, session.ip) == (link, ada.email, "192.0.2.1")


def test_signing_in_is_on_record_as_the_customers_doing(link, ada):
    challenge, code, _ = asked(link, ada.email, NOW)

    session = entered(challenge, code, NOW)

    event = Event.get(Event.type == "billing_portal.session.created")
    assert (event.object_id, event.customer_id, event.actor_id) == (session.id, ada.id, ada.id)


def test_a_code_has_six_digits_and_may_begin_with_zeros():
    codes = [new_code(6) for _ in range(4000)]

    assert all(re.fullmatch(r"\d{6}", code) for code in codes)
    assert all(300 < times < 500 for times in Counter(code[0] for code in codes).values())


def test_a_code_works_once(link, ada):
    challenge, code, _ = asked(link, ada.email, NOW)
    entered(challenge, code, NOW)

    assert isinstance(entered(challenge, code, NOW), CodeOver)


def test_a_code_lives_for_six_hundred_seconds(link, ada):
    challenge, code, _ = asked(link, ada.email, NOW)

    assert isinstance(entered(challenge, code, NOW + 600 * SECOND), CodeOver)
    assert isinstance(entered(challenge, code, NOW + 599 * SECOND), PortalSession)


def test_after_five_wrong_attempts_the_right_code_is_dead(link, ada):
    challenge, code, _ = asked(link, ada.email, NOW)

    refusals = [entered(challenge, wrong(code), NOW) for _ in range(5)]

    assert [refusal.details.get("attempts_left") for refusal in refusals] == [4, 3, 2, 1, None]
    assert isinstance(refusals[-1], CodeExhausted)
    assert isinstance(entered(challenge, code, NOW), CodeExhausted)


def test_the_fifth_attempt_may_be_the_right_one(link, ada):
    challenge, code, _ = asked(link, ada.email, NOW)
    for _ in range(4):
        entered(challenge, wrong(code), NOW)

    assert isinstance(entered(challenge, code, NOW), PortalSession)


def test_a_malformed_code_costs_no_attempt(link, ada):
    challenge, _, _ = asked(link, ada.email, NOW)

    for typed in ("", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12345²"):
        assert isinstance(entered(challenge, typed, NOW), CodeMalformed)

    assert challenge.reload().attempts == 0


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456", "123–456", "12 34\u00a056\n"])
def test_spaces_and_dashes_between_the_digits_do_not_matter(typed):
    assert clean_code(typed, 6) == "123456"


def test_a_new_code_kills_the_old_one(link, ada):
    first, old_code, _ = asked(link, ada.email, NOW)
    second, new_code_, _ = asked(link, ada.email, NOW + 30 * SECOND)

    assert isinstance(entered(first, old_code, NOW + MINUTE), CodeOver)
    assert isinstance(entered(second, new_code_, NOW + MINUTE), PortalSession)


def test_a_new_code_leaves_those_of_others_alone(link, ada):
    bob = a_customer(merchant=link.merchant, email="bob@example.test")
    other_link = a_login_link()
    a_customer(merchant=other_link.merchant, email=ada.email)
    of_bob, elsewhere = asked(link, bob.email, NOW), asked(other_link, ada.email, NOW)

    asked(link, ada.email, NOW + MINUTE)

    assert isinstance(entered(of_bob[0], of_bob[1], NOW + MINUTE), PortalSession)
    assert isinstance(entered(elsewhere[0], elsewhere[1], NOW + MINUTE), PortalSession)


def test_a_code_of_one_challenge_opens_no_other(link, ada):
    _, code, _ = asked(link, ada.email, NOW)
    other, other_code, _ = asked(link, "bob@example.test", NOW)
    if code == other_code:
        pytest.skip("one in a million")

    assert isinstance(entered(other, code, NOW), CodeWrong)


def test_a_code_for_an_address_without_a_customer_is_always_wrong(link):
    challenge, code, _ = asked(link, "nobody@example.test", NOW)

    refusal = entered(challenge, code, NOW)

    assert isinstance(refusal, CodeWrong)
    assert refusal.details == {"attempts_left": 4}
    assert PortalSession.select().count() == 0


def test_a_code_sent_before_the_customer_existed_is_wrong_too(link):
    challenge, code, _ = asked(link, "ada@example.test", NOW)
    assert isinstance(entered(challenge, code, NOW), CodeWrong)
    a_customer(merchant=link.merchant, email="ada@example.test")

    assert isinstance(entered(challenge, code, NOW), CodeOver)


def test_the_code_is_kept_nowhere_in_clear(link, ada):
    challenge, code, key = asked(link, ada.email, NOW)
    secret = key.partition(".")[2]

    row = str(challenge.reload().__data__)

    assert code not in row.replace(challenge.id, "")
    assert secret not in row
    assert challenge.secret_digest == digest(secret)
    assert KEYRING.mac_matches(
        "sign_in_code", challenge.code_mac, ada.merchant_id, challenge.id, code
    )


def test_what_is_kept_of_a_code_goes_with_its_use(link, ada):
    challenge, code, _ = asked(link, ada.email, NOW)
    entered(challenge, code, NOW)

    assert challenge.reload().code_mac == ""


def test_challenges_are_swept_after_a_day(link, ada):
    challenge, _, _ = asked(link, ada.email, NOW)

    assert SignInChallenge.sweep(NOW + timedelta(hours=24) - SECOND) == 0
    assert SignInChallenge.sweep(NOW + timedelta(hours=24)) == 1
    assert SignInChallenge.get_or_none(SignInChallenge.id == challenge.id) is None


def test_only_the_browser_that_asked_holds_the_challenge(link, ada):
    challenge, _, key = asked(link, ada.email, NOW)
    other_link = a_login_link()

    assert SignInChallenge.held_by(key, link) == challenge
    assert SignInChallenge.held_by(key, other_link) is None
    assert SignInChallenge.held_by(f"{challenge.id}.guessed", link) is None
    for broken in ("", ".", challenge.id, f"{challenge.id}.", "sic_x.y", "é.ü"):
        assert SignInChallenge.held_by(broken, link) is None


def test_the_mail_speaks_the_language_chosen_or_else_the_customers(link, ada):
    challenge, _, _ = asked(link, ada.email, NOW)
    challenge.locale = "fr"
    assert challenge.language_for(ada) == "fr"

    ada.locale = "de"
    assert challenge.language_for(ada) == "de"

    challenge.has_chosen_locale = True
    assert challenge.language_for(ada) == "fr"


def test_the_session_before_ends_with_the_new_one(link, ada):
    challenge, code, _ = asked(link, ada.email, NOW)
    first = entered(challenge, code, NOW)
    challenge, code, _ = asked(link, ada.email, NOW + MINUTE)

    second = entered(challenge, code, NOW + MINUTE, previous=first)

    assert not first.reload().is_running(NOW + MINUTE)
    assert second.id != first.id
    assert second.token_digest != first.token_digest


def test_who_was_timed_out_comes_back_as_the_same_customer(link, ada):
    challenge, code, _ = asked(link, ada.email, NOW)
    first = entered(challenge, code, NOW)
    a_customer(merchant=link.merchant, email=ada.email, at=NOW + SECOND)
    later = NOW + timedelta(hours=2)
    challenge, code, _ = asked(link, ada.email, later)

    assert entered(challenge, code, later, previous=first).customer == ada


def test_a_session_elsewhere_decides_nothing_here(link, ada):
    stranger = a_customer(merchant=a_merchant(), email=ada.email)
    other = PortalSession.open(stranger, at=NOW, configuration=link.configuration, email=ada.email)[
        0
    ]
    later = NOW + timedelta(hours=2)
    challenge, code, _ = asked(link, ada.email, later)

    assert entered(challenge, code, later, previous=other).customer == ada


def test_two_at_once_cannot_both_use_a_code(link, ada):
    """The statement that uses the code up is asked twice, as two workers would."""
    challenge, code, _ = asked(link, ada.email, NOW)
    one, two = challenge.reload(), challenge.reload()
    one.link = two.link = link

    refusals = [each.spend_attempt(code, KEYRING, at=NOW) for each in (one, two)]

    assert refusals[0] is None
    assert isinstance(refusals[1], CodeOver)


def test_a_crowd_gets_five_attempts_and_no_more():
    """On connections of their own, so that they really meet in the database."""

    def set_up() -> tuple[SignInChallenge, str, str]:
        with database.connection_context():
            link = a_login_link()
            challenge, code, _ = asked(link, "crowd@example.test", NOW)
            return challenge, code, link.merchant_id

    def guess(challenge: SignInChallenge, code: str) -> str:
        with database.connection_context():
            return type(entered(challenge, wrong(code), NOW)).__name__

    def clean_up(challenge: SignInChallenge) -> int:
        with database.connection_context():
            spent = challenge.reload().attempts
            challenge.merchant.delete_instance(recursive=True)
            RateCounter.delete().execute()
            return spent

    with ThreadPoolExecutor(8) as crowd:
        challenge, code, _ = crowd.submit(set_up).result()
        answers = Counter(crowd.map(lambda _: guess(challenge, code), range(16)))
        spent = crowd.submit(clean_up, challenge).result()

    assert spent == 5
    assert answers == {"CodeWrong": 4, "CodeExhausted": 12}
