"""What every payment provider must do, whatever it is made of."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from portal.billing.gateway import GatewayUnavailable, PaymentStatus
from portal.billing.money import Money
from portal.gateways import GatewayUnknown, gateway_for
from tests.factories import a_merchant
from tests.gateways.providers import PAYER, PROVIDERS, Provider

pytestmark = pytest.mark.usefixtures("db")

PRICE = Money(1999, "EUR")


# A bank debits accounts, and says only after days what came of it.
WITHOUT_CARDS = {"sepa"}


@pytest.fixture(params=sorted(PROVIDERS))
def provider(request) -> Iterator[Provider]:
    yield from running(request.param)


@pytest.fixture(params=sorted(set(PROVIDERS) - WITHOUT_CARDS))
def with_cards(request) -> Iterator[Provider]:
    """A provider that takes cards and answers at once."""
    yield from running(request.param)


def running(name: str) -> Iterator[Provider]:
    made = PROVIDERS[name]()
    yield made
    made.end()


def test_a_good_card_is_charged(with_cards):
    charge = with_cards.gateway.charge(PRICE, with_cards.add("visa").token, "payment-1")

    assert charge.status == PaymentStatus.SUCCEEDED
    assert charge.reference
    assert (charge.reason, charge.action_url) == ("", "")


def test_a_key_is_charged_once_however_often_it_is_asked(provider):
    token = provider.add("visa").token

    first = provider.gateway.charge(PRICE, token, "payment-1")
    again = provider.gateway.charge(PRICE, token, "payment-1")

    assert first == again
    assert provider.charges("payment-1") == 1


def test_two_keys_are_two_charges(provider):
    token = provider.add("visa").token

    first = provider.gateway.charge(PRICE, token, "payment-1")
    second = provider.gateway.charge(PRICE, token, "payment-2")

    assert first.reference != second.reference


def test_a_charge_is_found_by_its_key(provider):
    charge = provider.gateway.charge(PRICE, provider.add("visa").token, "payment-1")

    assert provider.gateway.find_charge("payment-1") == charge


def test_a_setup_gives_one_method_that_can_be_charged(provider):
    provider.gateway.setup_url("setup-1", "http://localhost/back", PAYER)
    provider.choose("setup-1", "visa")
    provider.choose("setup-1", "visa")

    found = provider.gateway.find_setup("setup-1")

    assert found == provider.gateway.find_setup("setup-1")
    assert len(found.last4) == 4
    assert provider.gateway.charge(PRICE, found.token, "payment-1").status in {
        PaymentStatus.SUCCEEDED,
        PaymentStatus.PENDING,
    }


def test_a_charge_that_never_arrived_is_not_found(provider):
    assert provider.gateway.find_charge("payment-of-nobody") is None


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ("declined", "card_declined"),
        ("insufficient_funds", "insufficient_funds"),
        ("expired", "expired_card"),
    ],
)
def test_a_refusal_says_why_and_stays_one(with_cards, card, reason):
    token = with_cards.add(card).token

    charge = with_cards.gateway.charge(PRICE, token, "payment-1")

    assert (charge.status, charge.reason) == (PaymentStatus.FAILED, reason)
    assert with_cards.gateway.charge(PRICE, token, "payment-1")[:4] == charge[:4]


def test_a_card_that_needs_its_owner_says_where(with_cards):
    charge = with_cards.gateway.charge(PRICE, with_cards.add("confirmation").token, "payment-1")

    assert charge.status == PaymentStatus.REQUIRES_ACTION
    assert charge.action_url
    assert with_cards.gateway.confirmation_url("payment-1", "http://localhost/back")


@pytest.mark.parametrize(
    ("confirmed", "status", "reason"),
    [
        (True, PaymentStatus.SUCCEEDED, ""),
        (False, PaymentStatus.FAILED, "authentication_failed"),
    ],
)
def test_what_the_owner_decided_is_found_by_the_key(with_cards, confirmed, status, reason):
    with_cards.gateway.charge(PRICE, with_cards.add("confirmation").token, "payment-1")

    with_cards.decide("payment-1", confirmed)

    found = with_cards.gateway.find_charge("payment-1")
    assert (found.status, found.reason, found.action_url) == (status, reason, "")


def test_a_decision_is_not_taken_back(with_cards):
    with_cards.gateway.charge(PRICE, with_cards.add("confirmation").token, "payment-1")

    with_cards.decide("payment-1", True)
    with_cards.decide("payment-1", False)

    assert with_cards.gateway.find_charge("payment-1").status == PaymentStatus.SUCCEEDED


def test_an_answer_may_come_late(with_cards):
    charge = with_cards.gateway.charge(PRICE, with_cards.add("late").token, "payment-1")
    assert charge.status == PaymentStatus.PENDING

    with_cards.wait(timedelta(seconds=59))
    assert with_cards.gateway.find_charge("payment-1").status == PaymentStatus.PENDING
    with_cards.wait(timedelta(seconds=1))
    assert with_cards.gateway.find_charge("payment-1").status == PaymentStatus.SUCCEEDED


def test_an_answer_that_never_comes_is_unavailable_and_no_refusal(with_cards):
    token = with_cards.add("never").token

    with pytest.raises(GatewayUnavailable):
        with_cards.gateway.charge(PRICE, token, "payment-1")
    with_cards.wait(timedelta(days=1))
    with pytest.raises(GatewayUnavailable):
        with_cards.gateway.find_charge("payment-1")


def test_a_method_is_what_may_be_shown_of_it_and_a_token(with_cards):
    card, account = with_cards.add("visa"), with_cards.add("sepa")

    assert (card.type, card.brand, card.last4) == ("card", "visa", "4242")
    assert card.exp_year > 2026
    assert (account.type, account.last4, account.exp_year) == ("sepa_debit", "3000", None)
    assert card.token not in {account.token, with_cards.add("visa").token}


def test_a_setup_that_was_left_before_the_end_gives_no_method(provider):
    url = provider.gateway.setup_url("setup-1", "http://localhost/back", PAYER)

    assert url
    assert provider.gateway.find_setup("setup-1") is None
    assert provider.gateway.find_setup("setup-of-nobody") is None


def test_a_setup_gives_the_same_method_however_often_it_is_asked(with_cards):
    with_cards.gateway.setup_url("setup-1", "http://localhost/back", PAYER)
    with_cards.choose("setup-1", "mastercard")
    with_cards.choose("setup-1", "visa")

    found = with_cards.gateway.find_setup("setup-1")
    assert found == with_cards.gateway.find_setup("setup-1")
    assert found.brand == "mastercard"


def test_the_same_setup_is_the_same_page(provider):
    first = provider.gateway.setup_url("setup-1", "http://localhost/back", PAYER)

    assert provider.gateway.setup_url("setup-1", "http://localhost/back", PAYER) == first
    assert provider.gateway.setup_url("setup-2", "http://localhost/back", PAYER) != first


def test_a_detached_method_is_charged_no_more(provider):
    token = provider.add("visa").token
    provider.gateway.detach(token)

    charge = provider.gateway.charge(PRICE, token, "payment-1")

    assert (charge.status, charge.reason) == (PaymentStatus.FAILED, "payment_method_unusable")


def test_a_token_that_nobody_was_given_is_refused(provider):
    charge = provider.gateway.charge(PRICE, "tok_of_nobody", "payment-1")

    assert charge.status == PaymentStatus.FAILED


def test_providers_are_found_by_name(provider):
    assert gateway_for(provider.gateway.name, a_merchant()).name == provider.gateway.name
    with pytest.raises(GatewayUnknown):
        gateway_for("barter", a_merchant())
