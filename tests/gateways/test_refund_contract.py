"""What every payment provider must do with refunds, and with many charges at once."""

import pytest

from portal.billing.gateway import ChargeRequest, PaymentStatus, RefundStatus
from portal.billing.money import Money
from tests.gateways.providers import PROVIDERS, Provider

pytestmark = pytest.mark.usefixtures("db")
PRICE, HALF = Money(1999, "EUR"), Money(1000, "EUR")
# Where money comes at once, and not with the next statement of a bank.
AT_ONCE = sorted({"sandbox", "stripe"} & set(PROVIDERS))


@pytest.fixture(params=AT_ONCE)
def provider(request):
    provider = PROVIDERS[request.param]()
    yield provider
    provider.end()


def charged(provider: Provider) -> str:
    """The provider's reference of a charge with the key payment-1."""
    return provider.gateway.charge(PRICE, provider.add("visa").token, "payment-1").reference


def test_a_refund_goes_back_and_is_found_by_its_key(provider):
    reference = charged(provider)

    refunded = provider.gateway.refund("payment-1", reference, HALF, "refund-1")

    assert refunded.status == RefundStatus.SUCCEEDED
    assert refunded.reference
    assert provider.gateway.find_refund("refund-1") == refunded


def test_a_refund_that_never_arrived_is_not_found(provider):
    assert provider.gateway.find_refund("refund-of-nobody") is None


def test_a_refund_is_made_once_however_often_it_is_asked(provider):
    reference = charged(provider)

    first = provider.gateway.refund("payment-1", reference, HALF, "refund-1")
    again = provider.gateway.refund("payment-1", reference, HALF, "refund-1")
    rest = provider.gateway.refund("payment-1", reference, Money(999, "EUR"), "refund-2")

    assert first == again
    assert rest.status == RefundStatus.SUCCEEDED


def test_more_than_was_charged_does_not_go_back(provider):
    reference = charged(provider)
    provider.gateway.refund("payment-1", reference, HALF, "refund-1")

    more = provider.gateway.refund("payment-1", reference, HALF, "refund-2")

    assert more.status == RefundStatus.FAILED
    assert more.reason


def test_many_charges_are_answered_in_order_each_as_if_alone(provider):
    cards = ["visa", "insufficient_funds", "mastercard"]
    requests = [ChargeRequest(PRICE, provider.add(card).token, f"payment-{card}") for card in cards]

    charges = provider.gateway.charge_all(requests)

    succeeded, failed = PaymentStatus.SUCCEEDED, PaymentStatus.FAILED
    assert [charge.status for charge in charges] == [succeeded, failed, succeeded]
    assert charges[1].reason == "insufficient_funds"
    for request, charge in zip(requests, charges, strict=True):
        found = provider.gateway.find_charge(request.key)
        assert found is not None
        assert (found.status, found.reference) == (charge.status, charge.reference)


def test_many_charges_asked_twice_are_made_once(provider):
    requests = [ChargeRequest(PRICE, provider.add("visa").token, f"payment-{n}") for n in range(3)]

    first = provider.gateway.charge_all(requests)
    again = provider.gateway.charge_all(requests)

    assert first == again
    assert {provider.charges(request.key) for request in requests} == {1}


def test_one_without_an_answer_does_not_keep_the_others_waiting(db):
    provider = PROVIDERS["sandbox"]()  # its cards can be silent
    requests = [
        ChargeRequest(PRICE, provider.add(card).token, f"payment-{card}")
        for card in ("never", "visa")
    ]
    statuses = [charge.status for charge in provider.gateway.charge_all(requests)]
    assert statuses == [PaymentStatus.UNKNOWN, PaymentStatus.SUCCEEDED]
