"""What is asked of the register, and which answers count."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from portal.delivery import vies
from portal.delivery.vies import ViesUnavailable, ask
from tests.support.fake_vies import NIGHT, FakeVies

KNOWN, UNKNOWN, OWN = "FR40303265045", "FR61954506077", "DE136695976"


@pytest.fixture
def register() -> Iterator[FakeVies]:
    with FakeVies({KNOWN}) as fake:
        yield fake


def test_a_known_id_is_valid_and_the_answer_is_the_proof(register):
    answer = ask(register.url, KNOWN, OWN)

    assert answer.is_valid
    assert answer.proof == {
        "countryCode": "FR",
        "vatNumber": "40303265045",
        "requestDate": "2026-03-10T09:30:00.000Z",
        "requestIdentifier": "WAPIAAAAZk3Nd8cT",
        "name": "SAS BRUME",
        "address": "12 RUE DES LILAS\n75011 PARIS",
        "valid": True,
        "requester": OWN,
    }
    assert register.questions == [
        (
            "/vies/check-vat-number",
            {
                "countryCode": "FR",
                "vatNumber": "40303265045",
                "requesterMemberStateCode": "DE",
                "requesterNumber": "136695976",
            },
        )
    ]


def test_without_an_own_id_there_is_no_consultation_number(register):
    answer = ask(register.url, KNOWN)

    assert answer.is_valid
    assert "requestIdentifier" not in answer.proof
    assert "requesterNumber" not in register.questions[0][1]


def test_an_unknown_id_is_not_valid(register):
    assert not ask(register.url, UNKNOWN, OWN).is_valid


def test_a_number_that_vies_cannot_read_is_not_valid(register):
    register.say({"actionSucceed": False, "errorWrappers": [{"error": "INVALID_INPUT"}]}, 400)
    assert not ask(register.url, UNKNOWN).is_valid


def test_an_own_id_that_vies_refuses_is_left_out(register):
    refusal = {"errorWrappers": [{"error": "INVALID_REQUESTER_INFO"}]}
    register.say(refusal, 400)
    answer = ask(register.url, KNOWN, OWN)

    assert answer.is_valid
    assert answer.proof["requester"] == ""
    assert len(register.questions) == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (NIGHT, 200),
        (NIGHT, 500),
        ({"valid": False, "userError": "MS_UNAVAILABLE"}, 200),
        ({"errorWrappers": [{"error": "GLOBAL_MAX_CONCURRENT_REQ"}]}, 400),
        ({"errorWrappers": [{"error": "IP_BLOCKED"}, {"error": "INVALID_INPUT"}]}, 400),
        ({}, 200),
        ({"valid": "yes"}, 200),
        ({"valid": None, "userError": None}, 200),
        ({"valid": True, "countryCode": "FR", "vatNumber": "00000000000"}, 200),
        ([], 200),
        (b"<html>Maintenance</html>", 503),
        (b"\xff\xfe", 200),
        (b"[" * 60_000, 200),
        (b'{"valid": true, "name": "' + b"x" * vies.LARGEST + b'"}', 200),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_no_clear_answer_is_neither_yes_nor_no(register, body, status):
    register.say(body, status)
    with pytest.raises(ViesUnavailable):
        ask(register.url, KNOWN)


def test_nobody_else_is_asked(register):
    register.say(b"", 302, Location=register.url + "/elsewhere")
    with pytest.raises(ViesUnavailable):
        ask(register.url, KNOWN)
    assert len(register.questions) == 1


def test_a_register_that_is_not_there_is_unavailable():
    with FakeVies() as gone:
        url = gone.url
    with pytest.raises(ViesUnavailable):
        ask(url, KNOWN)


def test_one_that_never_answers_is_given_up(register, monkeypatch):
    is_given_up, usual = threading.Event(), register.answer

    def too_late(*question: Any) -> tuple[int, dict[str, str], bytes]:
        is_given_up.wait(60)
        return usual(*question)

    monkeypatch.setattr(vies, "TIMEOUT", 0.05)
    monkeypatch.setattr(register, "answer", too_late)
    with pytest.raises(ViesUnavailable):
        ask(register.url, KNOWN)
    is_given_up.set()


def test_texts_of_an_answer_are_cut(register):
    register.say({"valid": True, "name": "x" * 5000, "surprise": "y"})
    proof = ask(register.url, KNOWN).proof

    assert len(proof["name"]) == vies.LONGEST_TEXT
    assert "surprise" not in proof
