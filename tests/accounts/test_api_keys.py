import pytest

from portal.accounts.api_keys import ALPHABET, RANDOM_CHARACTERS, ApiKey, is_well_formed
from portal.billing.events import Event
from tests.factories import NOW, a_merchant


def test_a_key_is_found_by_its_secret(db: None):
    merchant = a_merchant()
    key, secret = ApiKey.issue(merchant, "Shop", NOW)
    found = ApiKey.find(secret)
    assert found == key
    assert found.merchant == merchant
    assert (found.name, found.last4) == ("Shop", secret[-4:])


def test_the_secret_says_whether_it_is_for_the_sandbox(db: None):
    _, test = ApiKey.issue(a_merchant(is_sandbox=True), "", NOW)
    live_key, live = ApiKey.issue(a_merchant(is_sandbox=False), "", NOW)
    assert test.startswith("portal_test_")
    assert live.startswith("portal_live_")
    assert live_key.is_live


def test_the_secret_is_not_stored_and_not_guessable(db: None):
    key, secret = ApiKey.issue(a_merchant(), "", NOW)
    assert secret not in str(key.__data__)
    assert len(ALPHABET) ** RANDOM_CHARACTERS >= 2**160


def test_a_revoked_key_opens_nothing(db: None):
    key, secret = ApiKey.issue(a_merchant(), "", NOW)
    key.revoke(at=NOW)
    assert ApiKey.find(secret) is None
    assert {event.type for event in Event.select()} == {"api_key.created", "api_key.revoked"}


@pytest.mark.parametrize("change", [0, 5, 15, -1])
def test_a_mistyped_secret_is_known_without_a_query(db: None, change: int):
    _, secret = ApiKey.issue(a_merchant(), "", NOW)
    typed = list(secret)
    typed[change] = "b" if typed[change] != "b" else "c"
    assert is_well_formed(secret)
    assert not is_well_formed("".join(typed))
    assert ApiKey.find("".join(typed)) is None


@pytest.mark.parametrize(
    "text", ["", "portal_test_", "sk_test_123", "portal_test_ümlaut", "x" * 50]
)
def test_other_texts_are_no_keys(text: str):
    assert not is_well_formed(text)
