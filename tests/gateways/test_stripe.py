"""Stripe when things go wrong: answers that are lost, a service that is down, refunds."""

from collections.abc import Iterator

import pytest

from portal.billing.gateway import GatewayUnavailable, PaymentStatus, RefundStatus
from portal.billing.money import Money
from portal.gateways.stripe.records import StripeRequest
from tests.gateways.providers import PAYER, Stripe

pytestmark = pytest.mark.usefixtures("db")
PRICE = Money(1999, "EUR")


@pytest.fixture
def provider() -> Iterator[Stripe]:
    made = Stripe()
    yield made
    made.end()


def test_a_lost_answer_is_found_again_and_nothing_is_charged_twice(provider):
    token = provider.add("visa").token
    provider.stripe.lose_answers = 1
    with pytest.raises(GatewayUnavailable):
        provider.gateway.charge(PRICE, token, "payment-1")

    found = provider.gateway.find_charge("payment-1")

    assert found.status == PaymentStatus.SUCCEEDED
    assert (found.amount, found.currency) == (1999, "EUR")
    assert provider.charges("payment-1") == 1


def test_asking_to_charge_again_after_a_lost_answer_charges_once(provider):
    token = provider.add("visa").token
    provider.stripe.lose_answers = 1
    with pytest.raises(GatewayUnavailable):
        provider.gateway.charge(PRICE, token, "payment-1")

    assert provider.gateway.charge(PRICE, token, "payment-1").status == PaymentStatus.SUCCEEDED
    assert provider.charges("payment-1") == 1


def test_what_is_down_is_no_refusal(provider):
    token = provider.add("visa").token
    provider.stripe.is_down = True
    for ask in (
        lambda: provider.gateway.charge(PRICE, token, "payment-1"),
        lambda: provider.gateway.find_charge("payment-1"),
        lambda: provider.gateway.setup_url("setup-1", "http://localhost/back", PAYER),
        lambda: provider.gateway.detach(token),
    ):
        with pytest.raises(GatewayUnavailable):
            ask()


def test_the_attempt_is_written_down_before_stripe_is_asked(provider):
    token = provider.add("visa").token
    provider.stripe.is_down = True
    with pytest.raises(GatewayUnavailable):
        provider.gateway.charge(PRICE, token, "payment-1")

    assert StripeRequest.get(StripeRequest.key == "payment-1").object_id == ""


def test_a_customer_is_one_at_stripe_however_many_methods_they_add(provider):
    first, second = provider.add("visa"), provider.add("mastercard")

    assert first.token.partition("/")[0] == second.token.partition("/")[0]
    assert provider.stripe.calls.count("POST /v1/customers") == 1


def test_money_goes_back_once_a_key(provider):
    charge = provider.gateway.charge(PRICE, provider.add("visa").token, "payment-1")
    part = Money(500, "EUR")

    first = provider.gateway.refund("payment-1", charge.reference, part, "refund-1")
    again = provider.gateway.refund("payment-1", charge.reference, part, "refund-1")

    assert first == again
    assert first.status == RefundStatus.SUCCEEDED
    assert provider.gateway.find_refund("refund-1") == first
    assert provider.gateway.find_refund("refund-of-nobody") is None


def test_more_than_was_charged_does_not_go_back(provider):
    charge = provider.gateway.charge(PRICE, provider.add("visa").token, "payment-1")

    refund = provider.gateway.refund("payment-1", charge.reference, Money(2000, "EUR"), "refund-1")

    assert (refund.status, refund.reason) == (RefundStatus.FAILED, "charge_already_refunded")


def test_a_refund_whose_answer_was_lost_is_found(provider):
    charge = provider.gateway.charge(PRICE, provider.add("visa").token, "payment-1")
    provider.stripe.lose_answers = 1
    with pytest.raises(GatewayUnavailable):
        provider.gateway.refund("payment-1", charge.reference, PRICE, "refund-1")

    assert provider.gateway.find_refund("refund-1").status == RefundStatus.SUCCEEDED


def test_the_owner_is_sent_to_where_the_card_is_confirmed(provider):
    provider.gateway.charge(PRICE, provider.add("confirmation").token, "payment-1")

    url = provider.gateway.confirmation_url("payment-1", "http://localhost/back")
    assert url.startswith("https://hooks.example.test/pi_")
