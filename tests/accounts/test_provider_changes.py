"""A business that is live takes another provider into use; what is stored stays where it is."""

import pytest

from portal.accounts.provider_changes import ProviderNotReady, StillInSandbox, change_provider
from portal.billing.events import Event
from portal.billing.merchants import Merchant
from portal.billing.payment_methods import PaymentMethod
from tests.factories import NOW, a_customer, a_merchant, a_payment_method

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def merchant() -> Merchant:
    return a_merchant(is_sandbox=False, gateway="bank_transfer")


def change(merchant: Merchant, gateway: str, *, ready: bool = True) -> None:
    change_provider(merchant, gateway, is_configured=lambda *_: ready, at=NOW)


def changes(merchant: Merchant) -> int:
    return Event.select().where(Event.type == "merchant.provider_changed").count()


def test_what_is_new_goes_to_the_other_provider(merchant):
    change(merchant, "stripe")
    assert merchant.reload().gateway == "stripe"
    assert changes(merchant) == 1


def test_what_is_stored_stays_where_it_is(merchant):
    stored = a_payment_method(customer=a_customer(merchant=merchant))
    change(merchant, "stripe")
    assert PaymentMethod.get_by_id(stored.id).gateway == "sandbox"


def test_the_same_provider_again_changes_nothing(merchant):
    change(merchant, "bank_transfer")
    assert changes(merchant) == 0


def test_a_provider_that_is_not_set_up_is_refused(merchant):
    with pytest.raises(ProviderNotReady):
        change(merchant, "stripe", ready=False)
    assert merchant.reload().gateway == "bank_transfer"


def test_a_sandbox_chooses_by_going_live():
    sandbox = a_merchant()
    with pytest.raises(StillInSandbox):
        change(sandbox, "stripe")
    assert sandbox.reload().gateway == "sandbox"
