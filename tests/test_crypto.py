from datetime import timedelta

import pytest
import time_machine

from portal.crypto import Keyring, Unreadable, digest, new_token

HOUR = timedelta(hours=1)


@pytest.fixture
def keyring():
    return Keyring("current" * 8)


def test_what_is_sealed_can_be_read_for_its_purpose_only(keyring):
    sealed = keyring.seal("draft", {"name": "Ada"})

    assert "Ada" not in sealed
    assert keyring.unseal("draft", sealed) == {"name": "Ada"}
    with pytest.raises(Unreadable):
        keyring.unseal("code", sealed)


def test_a_seal_has_an_age(keyring):
    with time_machine.travel("2026-03-01 10:00"):
        sealed = keyring.seal("draft", 1)
    with time_machine.travel("2026-03-01 12:00"), pytest.raises(Unreadable):
        keyring.unseal("draft", sealed, max_age=HOUR)


def test_a_signature_holds_for_purpose_audience_and_time(keyring):
    with time_machine.travel("2026-03-01 10:00"):
        signed = keyring.sign("guest", "acct_1", "in_1")
        assert keyring.unsign("guest", signed, HOUR) == ("acct_1", "in_1")
        with pytest.raises(Unreadable):
            keyring.unsign("reset", signed, HOUR)
    with time_machine.travel("2026-03-01 12:00"), pytest.raises(Unreadable):
        keyring.unsign("guest", signed, HOUR)


@pytest.mark.parametrize(
    "change",
    [lambda text: text[:-2], lambda text: "x" + text, lambda _: ""],
    ids=["cut", "longer", "empty"],
)
def test_what_was_tampered_with_is_unreadable(keyring, change):
    with pytest.raises(Unreadable):
        keyring.unsign("guest", change(keyring.sign("guest", "acct_1", "in_1")), HOUR)
    with pytest.raises(Unreadable):
        keyring.unseal("draft", change(keyring.seal("draft", 1)))


def test_a_rotation_keeps_open_what_the_old_key_sealed_and_signed(keyring):
    old = Keyring("former" * 8)
    new = Keyring("current" * 8, ("former" * 8,))

    assert new.unseal("draft", old.seal("draft", 1)) == 1
    assert new.unsign("guest", old.sign("guest", "a", 1), HOUR) == ("a", 1)
    assert new.mac_matches("csrf", old.mac("csrf", "seed"), "seed")
    with pytest.raises(Unreadable):
        old.unseal("draft", new.seal("draft", 1))


def test_a_digest_depends_on_every_part_and_on_the_purpose(keyring):
    mac = keyring.mac("code", "acct_1", "123456")

    assert keyring.mac_matches("code", mac, "acct_1", "123456")
    assert not keyring.mac_matches("code", mac, "acct_1", "123457")
    assert not keyring.mac_matches("code", mac, "acct_11", "23456")
    assert not keyring.mac_matches("csrf", mac, "acct_1", "123456")


def test_tokens_have_256_bits_and_only_their_digest_is_stored():
    token = new_token()

    assert len(token) >= 43
    assert token not in digest(token)
    assert digest(token) == digest(token) != digest(new_token())
