"""Messages from Stripe: signed or nothing, once, and never believed."""

import hashlib
import hmac
import json
import time

import pytest

from portal.billing.payments import Payment
from portal.delivery.jobs import Job
from portal.gateways.accounts import ProviderAccount
from portal.gateways.stripe.records import ProviderEvent, StripeRequest
from tests.factories import NOW, a_customer, a_merchant, a_payment_method, an_invoice

SECRET, OLD = "whsec_new", "whsec_old"


@pytest.fixture
def merchant(db):
    return a_merchant()


@pytest.fixture
def account(app, merchant):
    return keep(app, merchant)


def keep(app, merchant) -> ProviderAccount:
    secrets = {"secret_key": "sk_test", "webhook_secret": f"{SECRET} {OLD}"}
    keyring = app.extensions["keyring"]
    return ProviderAccount.keep(merchant, "stripe", {}, secrets, keyring=keyring, at=NOW)


@pytest.fixture
def payment(merchant):
    customer = a_customer(merchant=merchant)
    method = a_payment_method(customer=customer)
    payment = Payment.begin(an_invoice(customer=customer), method, at=NOW)
    StripeRequest.once(merchant, payment.key, "cus_1").became("pi_1")
    return payment


def event(name: str = "evt_1", **thing: object) -> bytes:
    told = {"id": "pi_1", "object": "payment_intent", "status": "succeeded", "amount": 1} | thing
    body = {"id": name, "object": "event", "type": "payment_intent.succeeded"}
    return json.dumps(body | {"data": {"object": told}}).encode()


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    stamp = int(at or time.time())
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={stamp},v1={mac}", "Content-Type": "application/json"}


def send(client, account, body, headers):
    return client.post(f"/callbacks/stripe/{account.id}", data=body, headers=headers, csrf=False)


def questions() -> list[str]:
    return [job.arguments["key"] for job in Job.select().where(Job.name == "ask_about")]


@pytest.mark.parametrize("secret", [SECRET, OLD])
def test_a_genuine_message_leads_to_a_question(client, account, payment, secret):
    body = event()

    assert send(client, account, body, signed(body, secret)).status_code == 200
    assert questions() == [payment.key]


def test_the_body_itself_changes_nothing(client, account, payment):
    body = event(amount=999999)
    send(client, account, body, signed(body))

    assert payment.reload().is_unanswered
    assert payment.invoice.reload().amount_paid == 0


def test_the_same_message_twice_is_one(client, account, payment):
    body = event()
    for _ in range(3):
        assert send(client, account, body, signed(body)).status_code == 200

    assert ProviderEvent.select().count() == 1
    assert questions() == [payment.key]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Stripe-Signature": "t=1,v1=nonsense"},
        {"Stripe-Signature": ""},
    ],
)
def test_without_a_signature_nothing_happens(client, account, payment, headers):
    answer = send(client, account, event(), headers)

    assert answer.status_code == 400
    assert not ProviderEvent.select().exists()
    assert questions() == []


def test_a_message_is_good_for_five_minutes(client, account, payment):
    body = event()

    assert send(client, account, body, signed(body, at=time.time() - 310)).status_code == 400
    assert send(client, account, body, signed(body, at=time.time() - 290)).status_code == 200


def test_a_changed_byte_breaks_the_signature(client, account, payment):
    headers = signed(event())

    assert send(client, account, event(amount=2), headers).status_code == 400


def test_unknown_kinds_are_taken_note_of_and_left_alone(client, account):
    body = event(id="we_1", object="something.new")

    assert send(client, account, body, signed(body)).status_code == 200
    assert questions() == []


def test_one_merchant_learns_nothing_of_anothers_payments(app, client, payment):
    other = keep(app, a_merchant())
    body = event()

    assert send(client, other, body, signed(body)).status_code == 200
    assert questions() == []


def test_an_unknown_account_is_refused(client, account, payment):
    body = event()
    answer = client.post(
        "/callbacks/stripe/ppa_nobody", data=body, headers=signed(body), csrf=False
    )

    assert answer.status_code == 400
