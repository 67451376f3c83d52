"""Going live starts clean: what was set up stays, what was tried is gone, once and for all."""

from datetime import timedelta
from typing import Any

import pytest

from portal.accounts.api_keys import ApiKey
from portal.accounts.clocks import ClockAdvance, ClockIsMoving
from portal.accounts.going_live import (
    SET_UP,
    AlreadyLive,
    Leftovers,
    NotReadyToGoLive,
    go_live,
    leftovers,
    readiness,
)
from portal.billing.coupons import Coupon
from portal.billing.customer_tax_ids import TaxId, add_tax_id
from portal.billing.customers import Customer, CustomerTerm
from portal.billing.events import Event
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.payment_methods import PaymentMethod
from portal.billing.products import Price, Product
from portal.billing.subscriptions import Subscription
from portal.files import StoredFile
from portal.record import MICROSECOND
from portal.records import RECORDS
from portal.selfservice.login_links import LoginLink
from portal.selfservice.portal_sessions import PortalSession
from tests.factories import (
    NOW,
    a_customer,
    a_login_link,
    a_merchant,
    a_payment_method,
    a_price,
    a_subscription,
    a_user,
    an_invoice,
)

pytestmark = pytest.mark.usefixtures("db")
# Records of which a merchant keeps nothing when going live. A new record belongs here, or into
# `SET_UP`, and somebody has to decide.
TRIED = {
    *("api_key", "clock_advance", "credit_note"),
    *("credit_note_line", "customer", "customer_balance_transaction", "customer_import"),
    *("discount", "invoice", "invoice_item", "invoice_line", "job", "offer_made", "payment"),
    *("payment_method", "payment_method_setup", "portal_session", "provider_event", "refund"),
    *("scheduled_change", "sign_in_challenge", "stripe_customer", "stripe_request"),
    *("bank_statement", "subscription", "subscription_item", "tax_id"),
    "ledger_difference",
    *("bank_transaction", "outgoing_transfer", "sepa_batch", "sepa_collection", "sepa_mandate"),
}


def configured(_merchant: Merchant, gateway: str) -> bool:
    return gateway == "bank_transfer"


def live(merchant: Merchant, gateway: str = "bank_transfer") -> None:
    go_live(merchant, gateway, is_configured=configured, at=NOW)


@pytest.fixture
def merchant() -> Merchant:
    """A sandbox with one of nearly everything."""
    merchant = a_merchant(tax_number="181/815/08155", clock_offset=30 * 86_400 * 10**6)
    return filled(merchant)


def filled(merchant: Merchant) -> Merchant:
    customer = a_customer(merchant=merchant)
    add_tax_id(customer, "eu_vat", "DE136695976", at=NOW)
    a_payment_method(customer=customer)
    a_subscription(customer=customer, price=a_price(merchant=merchant))
    an_invoice(customer=customer)
    link = a_login_link(merchant=merchant)
    PortalSession.open(customer, at=NOW, configuration=link.configuration)
    ApiKey.issue(merchant, "tests", NOW)
    StoredFile.keep(merchant, "logo", "img_1", b"logo", "image/png")
    StoredFile.keep(merchant, "invoice_pdf", "in_1", b"pdf", "application/pdf")
    Coupon.create(merchant=merchant, name="Ten", percent_off=1000, times_redeemed=3)
    a_user(merchant=merchant)
    return merchant.reload()


def of(merchant: Merchant, *records: Any) -> list[int]:
    return [record.select().where(record.merchant == merchant).count() for record in records]


def test_a_live_merchant_begins_at_one(merchant):
    assert merchant.next_invoice_number == 3
    live(merchant)

    merchant = merchant.reload()
    assert not merchant.is_sandbox
    assert merchant.gateway == "bank_transfer"
    assert merchant.went_live_at == NOW
    assert merchant.time(NOW) == NOW
    assert (merchant.next_invoice_number, merchant.next_credit_note_number) == (1, 1)
    invoice = an_invoice(customer=a_customer(merchant=merchant))
    assert invoice.number == f"{merchant.invoice_prefix}-000001"
    assert invoice.document["is_test"] is False


def test_what_was_tried_is_gone(merchant):
    live(merchant)

    assert (
        of(merchant, Customer, TaxId, PaymentMethod, Subscription, Invoice, PortalSession, ApiKey)
        == [0] * 7
    )
    assert not CustomerTerm.select().where(CustomerTerm.merchant_id == merchant.id).exists()
    assert [file.kind for file in StoredFile.select()] == ["logo"]


def test_what_was_set_up_stays(merchant):
    before = of(merchant, Product, Price, LoginLink, Coupon)
    live(merchant)

    assert of(merchant, Product, Price, LoginLink, Coupon) == before == [1, 1, 1, 1]
    assert Coupon.get().times_redeemed == 0


def test_the_log_tells_of_the_set_up_and_of_going_live(merchant):
    live(merchant)
    types = {event.type for event in Event.select().where(Event.merchant == merchant)}

    assert "billing_portal.link.activated" in types
    assert not [kind for kind in types if kind.startswith(("customer.", "invoice.", "api_key."))]
    event = Event.get(Event.type == "merchant.went_live")
    assert event.data == {
        "gateway": "bank_transfer",
        "customers": 1,
        "subscriptions": 1,
        "invoices": 2,
    }


def test_nobody_else_loses_anything(merchant):
    other = filled(a_merchant())
    records = (Customer, TaxId, Subscription, Invoice, ApiKey, StoredFile, Event, PortalSession)
    before = of(other, *records)
    live(merchant)

    assert of(other, *records) == before
    assert other.reload() == other
    assert other.reload().is_sandbox
    assert Coupon.get(Coupon.merchant == other).times_redeemed == 3


def test_going_live_twice_is_refused_and_deletes_nothing(merchant):
    live(merchant)
    an_invoice(customer=a_customer(merchant=merchant))

    with pytest.raises(AlreadyLive):
        live(merchant)
    assert of(merchant, Customer, Invoice) == [1, 1]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"line1": ""}, "address"),
        ({"tax_number": ""}, "tax"),
        ({"country": "FR", "vat_id": "FR40303265045"}, "tax"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_deleted(merchant, given, missing):
    for name, value in given.items():
        setattr(merchant, name, value)
    merchant.save()

    with pytest.raises(NotReadyToGoLive) as refused:
        live(merchant)
    assert refused.value.details["missing"] == [missing]
    assert merchant.reload().is_sandbox
    assert of(merchant, Customer) == [1]


@pytest.mark.parametrize("gateway", ["", "sandbox", "stripe"])
def test_a_provider_that_cannot_take_money_is_refused(merchant, gateway):
    with pytest.raises(NotReadyToGoLive) as refused:
        live(merchant, gateway)
    assert refused.value.details["missing"] == ["provider"]


def test_the_sandbox_is_no_provider_even_if_it_is_configured(merchant):
    assert not readiness(merchant, "sandbox", lambda *_: True).provider


def test_there_must_be_something_to_sell():
    with pytest.raises(NotReadyToGoLive) as refused:
        live(a_merchant(tax_number="181/815/08155"))
    assert refused.value.details["missing"] == ["product"]


def test_a_clock_on_its_way_must_arrive_first(merchant):
    ClockAdvance.begin(merchant, NOW + timedelta(days=60), at=NOW)
    with pytest.raises(ClockIsMoving):
        live(merchant)


def test_what_was_set_up_in_the_future_was_set_up_by_now(merchant):
    ahead = NOW + timedelta(microseconds=merchant.clock_offset)
    Product.update(created_at=ahead).execute()
    Event.update(created_at=ahead).where(Event.type == "billing_portal.link.activated").execute()
    live(merchant)

    assert Product.get().created_at == NOW
    assert all(event.created_at <= NOW + MICROSECOND for event in Event.select())


def test_the_counts_are_of_this_merchant(merchant):
    filled(a_merchant())
    assert leftovers(merchant) == Leftovers(customers=1, subscriptions=1, invoices=2)


def test_of_every_record_it_is_decided_whether_it_stays():
    names = {record._meta.table_name for record in RECORDS if "merchant" in record._meta.fields}
    assert names - SET_UP - TRIED == set()
