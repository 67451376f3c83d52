"""What holds for every route there is, so that a new one cannot forget it."""

import re
from types import SimpleNamespace

import pytest
from werkzeug.routing import BuildError

from portal.billing import discounts, refunds
from portal.gateways.bank_transfer.records import BankTransaction, OutgoingTransfer
from portal.gateways.sepa.records import SepaBatch
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from portal.web import access
from tests.e2e import bank_doors
from tests.factories import (
    a_coupon,
    a_credit_note,
    a_customer,
    a_login_link,
    a_paid_invoice,
    a_payment_method,
    a_price,
    a_promotion_code,
    a_subscription,
    a_user,
    an_invoice,
)

LANGUAGES = ("de", "en", "fr")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
FILES = frozenset({"public.asset", "public.file", "public.brand"})
KINDS = ("invoice", "icon", "home", "svg", "e-invoice", "pdf", "xml")
OWN_PROTECTION = frozenset({"callbacks", "api"})


@pytest.fixture
def world(app):
    """One of everything, all of one merchant."""
    user = a_user()
    merchant = user.merchant
    customer = a_customer(merchant=merchant, locale=None)
    price = a_price(merchant=merchant)
    subscription = a_subscription(customer=customer, price=price, at=now())
    a_payment_method(customer=customer)
    everything = PortalConfiguration.default_of(merchant)
    options = [name for name, field in fields(everything) if field.field_type == "BOOL"]
    everything.change(at=now(), **dict.fromkeys(options, True))
    coupon = a_coupon(merchant=merchant)
    invoice = an_invoice(customer=customer, at=now())
    payment = a_paid_invoice(customer=customer, at=now()).payments.get()
    return at_the_bank(user, customer, invoice) | {
        "user": user,
        "customer": customer,
        "token": a_login_link(merchant=merchant).token,
        "customer_id": customer.id,
        "coupon_id": coupon.id,
        "promotion_code_id": a_promotion_code(coupon=coupon).id,
        "discount_id": discounts.give(coupon, customer, at=now()).id,
        "price_id": price.id,
        "product_id": price.product_id,
        "subscription_id": subscription.id,
        "invoice_id": invoice.id,
        "payment_id": payment.id,
        "refund_id": refunds.begin(payment, 100, at=now()).id,
        "credit_note_id": a_credit_note(an_invoice(customer=customer, at=now()), at=now()).id,
        "year": now().year,
        "payment_method_id": a_payment_method(customer=customer).id,
    }


def at_the_bank(user, customer, invoice):
    """A statement with a line, a file of debits, and a transfer to be made."""
    whose = {"merchant": user.merchant, "user": user, "customer": customer, "invoice": invoice}
    bank = SimpleNamespace(**whose)
    bank_doors.an_account(bank)
    return {
        "statement_id": bank_doors.a_statement(bank),
        "collection_id": bank_doors.a_debit(bank),
        "transaction_id": BankTransaction.get(BankTransaction.merchant == user.merchant).id,
        "batch_id": SepaBatch.get(SepaBatch.merchant == user.merchant).id,
        "transfer_id": OutgoingTransfer.get(OutgoingTransfer.merchant == user.merchant).id,
    }


def fields(record):
    return record._meta.fields.items()


@pytest.fixture
def clients(app, world, sign_in, staff):
    return {
        "customer": sign_in(world["customer"]),
        "dashboard": staff(world["user"]),
        "public": app.test_client(),
    }


def routes(app, method):
    return [rule for rule in app.url_map.iter_rules() if method in rule.methods]


def path_of(app, rule, values):
    """The address of a route with these values; what has no value gets one that is nobody's."""
    given = {name: values.get(name, "nothing") for name in rule.arguments}
    if "number" in given:
        given["number"] = 1
    addresses = app.url_map.bind("localhost:5000")
    for kind in KINDS if "kind" in given else ("",):
        try:
            return addresses.build(rule.endpoint, given | {"kind": kind} if kind else given)
        except BuildError:
            continue
    raise AssertionError(f"no address for {rule}")


def is_public(app, rule):
    return getattr(app.view_functions[rule.endpoint], "is_public", False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_answers_in_every_language_with_all_its_headers(app, world, clients, language):
    seen = 0
    for rule in routes(app, "GET"):
        client = clients.get(rule.endpoint.partition(".")[0], clients["public"])
        client.set_cookie("portal_locale", language)
        answer = client.get(path_of(app, rule, world))

        if rule.endpoint != "readiness.show":  # no migrations have run here
            assert answer.status_code in {200, 303, 404, 410}, (rule, answer.status_code)
        assert HEADERS.items() <= dict(answer.headers).items(), rule
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy or "sandbox" in policy, rule
        assert answer.headers["Cache-Control"], rule
        assert "Server" not in answer.headers, rule
        if answer.mimetype == "text/html" and answer.status_code != 303:
            assert f'<html lang="{language}"' in answer.text, rule
            seen += 1
    assert seen > 60


def test_what_needs_somebody_leads_everybody_else_to_signing_in(app, world):
    for method in ("GET", "POST"):
        for rule in routes(app, method):
            room = rule.endpoint.partition(".")[0]
            if room not in {"customer", "dashboard"} or is_public(app, rule):
                continue
            ask = getattr(app.test_client(), method.lower())
            answer = ask(path_of(app, rule, world))
            assert answer.status_code in {303, 404}, rule
            if answer.status_code == 303:
                assert re.search(r"/sign-in|/login/", answer.location), (rule, answer.location)


def test_no_change_is_made_without_a_token(app, world, clients):
    for rule in routes(app, "POST"):
        room = rule.endpoint.partition(".")[0]
        if room in OWN_PROTECTION:
            continue
        client = clients.get(room, clients["public"])
        answer = client.post(path_of(app, rule, world), csrf=False)
        assert answer.status_code == 403, (rule, answer.status_code)


def test_no_change_is_made_from_another_site(app, world, clients):
    for rule in routes(app, "POST"):
        room = rule.endpoint.partition(".")[0]
        if room in OWN_PROTECTION:
            continue
        client = clients.get(room, clients["public"])
        headers = {"Origin": "https://elsewhere.example", "X-CSRFToken": client.token()}
        answer = client.post(path_of(app, rule, world), headers=headers)
        assert answer.status_code == 403, (rule, answer.status_code)


def test_what_belongs_to_somebody_else_is_not_found(app, world, sign_in, staff):
    stranger, other = a_customer(locale=None), a_user()
    clients = {"customer": sign_in(stranger), "dashboard": staff(other)}
    asked = 0
    for method in ("GET", "POST"):
        for rule in routes(app, method):
            room = rule.endpoint.partition(".")[0]
            ids = {name for name in rule.arguments if name.endswith("_id")} & world.keys()
            if room not in clients or is_public(app, rule) or not ids:
                continue
            ask = getattr(clients[room], method.lower())
            answer = ask(path_of(app, rule, world))
            assert answer.status_code == 404, (rule, answer.status_code)
            asked += 1
    assert asked > 40


def test_nobody_changes_anything_while_looking_as_a_customer(app, world, sign_in):
    from portal.selfservice.portal_sessions import PortalSession

    customer = world["customer"]
    _, token = PortalSession.open(
        customer,
        at=now(),
        configuration=PortalConfiguration.default_of(customer.merchant),
        impersonator_id=world["user"].id,
    )
    client = app.test_client()
    client.set_cookie("portal_customer", token)
    for rule in routes(app, "POST"):
        view = app.view_functions[rule.endpoint]
        if rule.endpoint.partition(".")[0] != "customer" or is_public(app, rule):
            continue
        if getattr(view, "reads_only", False):
            continue
        answer = client.post(path_of(app, rule, world))
        assert answer.status_code == 403, (rule, answer.status_code)


def test_methods_that_nobody_offers_change_nothing(app, world, clients):
    for rule in routes(app, "POST"):
        client = clients.get(rule.endpoint.partition(".")[0], clients["public"])
        for method in ("TRACE", "DELETE", "PUT", "PATCH"):
            answer = client.open(
                path_of(app, rule, world), method=method, headers={"X-CSRFToken": client.token()}
            )
            assert answer.status_code in {403, 405}, (rule, method, answer.status_code)


def test_every_view_says_who_may_see_it(app):
    assert access.public
    unmarked = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] not in {"customer", "dashboard", "callbacks"}
        and not is_public(app, rule)
    ]
    assert unmarked == []
