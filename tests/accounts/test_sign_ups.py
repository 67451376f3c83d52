from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal.accounts import sign_ups
from portal.accounts.account_tokens import AccountToken, TokenPurpose, TokenSpent
from portal.accounts.sign_ups import EmailTaken, Particulars, create_merchant, invoice_prefix
from portal.accounts.users import Role, User
from portal.billing.emails import EmailMalformed
from portal.billing.events import Event
from portal.billing.merchants import Merchant
from portal.database import database
from tests.factories import NOW, a_merchant, a_user

LATER = NOW + timedelta(hours=1)
ADA = Particulars("Lindenhof", "ada@example.test", "DE", "EUR", "hash", "de")


# ── a merchant ──────────────────────────────────────────────────────────────────────────────────


def test_a_merchant_begins_with_the_habits_of_its_country(db: None):
    merchant, owner = create_merchant("Café Brume", "Claire@Brume.test", "FR", at=NOW)
    assert (merchant.currency, merchant.time_zone, merchant.locale) == (
        "EUR",
        "Europe/Paris",
        "fr",
    )
    assert merchant.support_email == owner.email == "claire@brume.test"
    assert merchant.is_sandbox
    assert merchant.invoice_prefix == "CAFE"
    assert owner.role == Role.OWNER
    assert owner.confirmed_at == NOW


def test_what_is_said_wins_over_the_habits(db: None):
    merchant, owner = create_merchant(
        "Lindenhof", "a@example.test", "CH", "EUR", at=NOW, locale="fr"
    )
    assert (merchant.currency, merchant.time_zone, owner.locale) == ("EUR", "Europe/Zurich", "fr")


def test_an_address_signs_in_to_one_merchant_only(db: None):
    a_user(email="ada@example.test")
    with pytest.raises(EmailTaken):
        create_merchant("Other", "ADA@example.test", "DE", at=NOW)
    with pytest.raises(EmailMalformed):
        create_merchant("Other", "no address", "DE", at=NOW)


def test_a_new_merchant_is_on_record(db: None):
    merchant, owner = create_merchant("Lindenhof", "a@example.test", "DE", at=NOW)
    event = Event.get(Event.merchant == merchant)
    assert (event.type, event.actor_id) == ("account.created", owner.id)


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("Lindenhof", "LINDENHOF"),
        ("A1 Straßenbau GmbH", "STRASSENBAU"),
        ("Élan", "ELAN"),
        ("X Y", "INV"),
        ("東京コーヒー", "INV"),
        ("ab cd", "ABCD"),
        ("Donaudampfschifffahrt", "DONAUDAMPFSC"),
    ],
)
def test_the_prefix_of_invoices_comes_from_the_name(db: None, name: str, prefix: str):
    assert invoice_prefix(name) == prefix


def test_a_prefix_that_is_taken_gets_a_number(db: None):
    a_merchant(invoice_prefix="DONAUDAMPFSC")
    a_merchant(invoice_prefix="LINDENHOF")
    a_merchant(invoice_prefix="LINDENHOF2")
    assert invoice_prefix("Lindenhof") == "LINDENHOF3"
    assert invoice_prefix("Donaudampfschifffahrt") == "DONAUDAMPFS2"


# ── signing up ──────────────────────────────────────────────────────────────────────────────────


def test_nothing_comes_to_be_before_the_address_is_confirmed(db: None):
    token = sign_ups.sign_up(ADA, at=NOW)
    assert token
    assert not Merchant.select().exists()
    assert not User.select().exists()
    assert sign_ups.signed_up(token, at=LATER) == ADA

    owner = sign_ups.confirm(token, at=LATER)
    assert (owner.email, owner.password_hash, owner.merchant.name) == (
        "ada@example.test",
        "hash",
        "Lindenhof",
    )


def test_a_confirmation_works_once(db: None):
    token = sign_ups.sign_up(ADA, at=NOW)
    sign_ups.confirm(token, at=LATER)
    with pytest.raises(TokenSpent):
        sign_ups.confirm(token, at=LATER)
    assert User.select().count() == 1


def test_a_confirmation_works_for_a_day(db: None):
    token = sign_ups.sign_up(ADA, at=NOW)
    with pytest.raises(TokenSpent):
        sign_ups.confirm(token, at=NOW + timedelta(hours=24))
    assert sign_ups.confirm(token, at=NOW + timedelta(hours=23, minutes=59))


def test_of_two_confirmations_of_one_address_the_first_counts(db: None):
    first, second = sign_ups.sign_up(ADA, at=NOW), sign_ups.sign_up(ADA, at=NOW)
    sign_ups.confirm(first, at=LATER)
    with pytest.raises(EmailTaken):
        sign_ups.confirm(second, at=LATER)
    assert User.select().count() == 1


def test_who_has_an_account_gets_no_token_but_the_same_work_is_done(db: None):
    a_user(email="ada@example.test")
    assert sign_ups.sign_up(ADA, at=NOW) is None
    assert AccountToken.select().count() == 1


def test_tokens_are_not_stored(db: None):
    token = sign_ups.sign_up(ADA, at=NOW)
    stored = AccountToken.get()
    assert token not in str(stored.__data__)
    sign_ups.confirm(token, at=NOW)
    assert stored.reload().data == {}, "the password's hash outlived its purpose"


# ── the first set-up ────────────────────────────────────────────────────────────────────────────


def test_the_first_one_sets_up_with_the_token_of_the_console(db: None):
    token = sign_ups.setup_token(NOW)
    assert token
    owner = sign_ups.set_up(token, ADA, at=LATER)
    assert owner.merchant.name == "Lindenhof"
    assert sign_ups.is_set_up()
    assert sign_ups.setup_token(LATER) is None


def test_a_token_for_something_else_sets_nothing_up(db: None):
    for token in ("", "guessed", AccountToken.issue(TokenPurpose.RESET, at=NOW)):
        with pytest.raises(TokenSpent):
            sign_ups.set_up(token, ADA, at=NOW)


def test_only_the_newest_token_of_the_console_works(db: None):
    old, new = sign_ups.setup_token(NOW), sign_ups.setup_token(NOW)
    with pytest.raises(TokenSpent):
        sign_ups.set_up(old, ADA, at=NOW)
    assert sign_ups.set_up(new, ADA, at=NOW)


def test_once_somebody_is_there_no_token_sets_up(db: None):
    token = sign_ups.setup_token(NOW)
    a_user()
    with pytest.raises(TokenSpent):
        sign_ups.set_up(token, ADA, at=NOW)


def test_twenty_setups_at_once_create_one_user(own_database: None):
    token = sign_ups.setup_token(NOW)

    def try_it(number: int) -> str:
        try:
            particulars = ADA._replace(email=f"user{number}@example.test")
            return sign_ups.set_up(token, particulars, at=LATER).email
        except TokenSpent:
            return ""
        finally:
            database.close()

    with ThreadPoolExecutor(20) as pool:
        made = [email for email in pool.map(try_it, range(20)) if email]
    assert len(made) == 1
    assert [user.email for user in User.select()] == made
    assert Merchant.select().count() == 1
