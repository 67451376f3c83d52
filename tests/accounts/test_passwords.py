import threading
import time

import pytest
from argon2 import extract_parameters

from portal.accounts import passwords
from portal.accounts.passwords import (
    HasherBusy,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooPersonal,
    PasswordTooShort,
)

GOOD = "vier Birnen am Gartenzaun"


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "onlysmalllettersbutmany",
        "Ünicode ßtraße 東京 straße",
        "x7Kq-pb2f-9Lmv-Tz4w",
        "correct horse battery staple",
        "p" + "äöü-" * 31 + "ende"[:3],
    ],
)
def test_any_characters_do_as_long_as_there_are_enough(password: str):
    passwords.check(password, "ada@lindenhof.test", "Lindenhof")


def test_fifteen_characters_are_enough_and_fourteen_are_not():
    passwords.check("gartenbirne xyl", "ada@example.test")
    with pytest.raises(PasswordTooShort):
        passwords.check("gartenbirne xy", "ada@example.test")


def test_128_characters_are_allowed_and_129_are_not():
    words = " ".join(f"wort{number}" for number in range(40))
    passwords.check(words[:128])
    with pytest.raises(PasswordTooLong):
        passwords.check(words[:129])


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password1234567890!",
        "qwertyqwertyqwerty",
        "aaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "123456789012345678",
        "abcdefghijklmnopqrs",
        "qwertyuiopasdfghjk",
        "!!!!football2026!!!",
        "letmeinletmeinletmein",
    ],
)
def test_what_is_tried_first_is_refused(password: str):
    with pytest.raises(PasswordTooCommon):
        passwords.check(password)


@pytest.mark.parametrize(
    "password",
    [
        "lindenhof-lindenhof",
        "Kaffee-Lindenhof-2026",
        "ada.lovelace@example.test",
        "adalovelace lindenhof",
    ],
)
def test_address_and_business_are_not_enough(password: str):
    with pytest.raises(PasswordTooPersonal):
        passwords.check(password, "ada.lovelace@example.test", "Kaffee Lindenhof GmbH")


def test_the_list_of_common_passwords_is_long():
    assert len(passwords.common_passwords()) >= 10_000
    assert "iloveyou" in passwords.common_passwords()


def test_a_password_matches_its_hash_and_no_other():
    stored = passwords.hashed(GOOD)
    assert passwords.matches(stored, GOOD)
    assert not passwords.matches(stored, GOOD + " ")
    assert not passwords.matches(stored, GOOD.upper())


def test_nothing_is_cut_off():
    long = "ab cd ef gh " * 10
    stored = passwords.hashed(long)
    assert not passwords.matches(stored, long[:-1])


def test_a_letter_may_be_composed_either_way():
    assert passwords.matches(passwords.hashed("Gartenzäune überall"), "Gartenzäune überall")


def test_nobody_has_no_password():
    assert not passwords.matches("", "nobody has this password")
    assert not passwords.matches("not a hash", GOOD)


def test_the_parameters_are_those_that_owasp_asks_for(full_parameters: None):
    parameters = extract_parameters(passwords.hashed(GOOD))
    assert parameters.type.name == "ID"
    assert parameters.memory_cost >= 19 * 1024
    assert parameters.time_cost >= 2
    assert not passwords.is_outdated(passwords.hashed(GOOD))


def test_a_hash_of_cheaper_times_is_outdated(full_parameters: None):
    passwords.use_cheap_parameters()
    cheap = passwords.hashed(GOOD)
    passwords.use_full_parameters()
    assert passwords.is_outdated(cheap)
    assert passwords.matches(cheap, GOOD)


def test_an_unknown_user_costs_the_same_time(full_parameters: None):
    stored = passwords.hashed(GOOD)
    passwords.matches("", GOOD)

    def cost(of: str) -> float:
        # Of the processor, so that nothing depends on who else is at work on this machine.
        began = time.process_time()
        passwords.matches(of, "something else entirely")
        return time.process_time() - began

    times = [(cost(stored), cost("")) for _ in range(7)]
    assert min(unknown for _, unknown in times) > min(known for known, _ in times) / 2


def test_only_so_many_are_checked_at_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(passwords, "LONGEST_WAIT", 0.01)
    inside, leave = threading.Barrier(passwords.MOST_AT_ONCE + 1), threading.Event()

    def wait_inside() -> None:
        with passwords._hasher.turn():
            inside.wait(60)
            leave.wait(60)

    threads = [threading.Thread(target=wait_inside) for _ in range(passwords.MOST_AT_ONCE)]
    for thread in threads:
        thread.start()
    inside.wait(60)
    try:
        with pytest.raises(HasherBusy):
            passwords.hashed(GOOD)
    finally:
        leave.set()
        for thread in threads:
            thread.join()
    assert passwords.hashed(GOOD)
