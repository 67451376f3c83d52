from datetime import UTC, datetime

import pytest

from portal.billing.payment_method_setups import PaymentMethodSetup
from portal.billing.payment_methods import PaymentMethod
from portal.database import database
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.portal_sessions import PortalSession
from tests.factories import NOW, a_customer, a_payment_method, a_subscription
from tests.web.customer.paying import add_method, choose, path_of


@pytest.fixture
def ada(app):
    return a_customer()


@pytest.fixture
def client(sign_in, ada):
    return sign_in(ada)


def switch_off(customer):
    PortalConfiguration.default_of(customer.merchant).change(at=NOW, updates_payment_methods=False)


def test_index_lists_methods_the_default_first(client, ada):
    a_payment_method(customer=ada)
    a_payment_method(customer=ada, brand="mastercard", last4="4444")

    page = client.get("/p/payment-methods")

    assert page.text.index("Visa ending in 4242") < page.text.index("Mastercard ending in 4444")
    assert page.text.count("Default") == 1


def test_index_without_any_says_what_to_do(client):
    page = client.get("/p/payment-methods")

    assert "No payment method" in page.text
    assert "/p/payment-methods/new" in page.text


def test_index_marks_cards_that_expire(client, ada):
    today = datetime.now(UTC)
    a_payment_method(customer=ada, exp_month=today.month, exp_year=today.year)
    a_payment_method(customer=ada, exp_month=1, exp_year=2020)

    page = client.get("/p/payment-methods")

    assert "Expires soon" in page.text
    assert "Expired" in page.text


def test_adding_leads_to_the_provider_and_back(client, ada):
    assert client.get("/p/payment-methods/new").status_code == 200

    page = add_method(client, "mastercard")

    assert "Mastercard ending in 4444 was added and is now your default." in page.text
    assert PaymentMethod.default_of(ada).last4 == "4444"


def test_who_came_from_an_invoice_goes_back_to_it(client, ada):
    page = client.get("/p/payment-methods/new?back=/p/invoices/in_1/payment/new").text

    assert page.count('href="/p/invoices/in_1/payment/new"') == 2


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/p/", "//evil.example/p/", "/dashboard/"]
)
def test_back_never_leads_out_of_the_portal(client, ada, elsewhere):
    page = client.get(f"/p/payment-methods/new?back={elsewhere}").text

    assert f'"{elsewhere}"' not in page
    assert page.count('href="/p/payment-methods"') >= 2


def test_a_setup_is_written_down_before_the_provider_is_called(client, ada):
    path_of(client.post("/p/payment-methods/setups"))

    setup = PaymentMethodSetup.get()
    assert (setup.customer_id, setup.gateway, setup.completed_at) == (ada.id, "sandbox", None)


def test_a_second_method_becomes_the_default_only_if_wanted(client, ada):
    a_payment_method(customer=ada)

    assert "Mastercard ending in 4444 was added." in add_method(client, "mastercard").text
    assert PaymentMethod.default_of(ada).last4 == "4242"
    add_method(client, "amex", is_default="1")
    assert PaymentMethod.default_of(ada).brand == "amex"


def test_coming_back_twice_adds_one_method(client, ada):
    page = path_of(client.post("/p/payment-methods/setups"))
    back = choose(client, page, "visa")

    client.get(back)
    client.get(back)
    client.post(page, data={"method": "mastercard"})
    client.get(back)

    assert [method.last4 for method in PaymentMethod.of(ada)] == ["4242"]


def test_coming_back_without_a_choice_adds_nothing(client, ada):
    path_of(client.post("/p/payment-methods/setups"))
    back = f"/p/payment-methods/setups/{PaymentMethodSetup.get().id}"

    page = client.get(path_of(client.get(back)))

    assert "No payment method was added." in page.text
    assert not PaymentMethod.of(ada).exists()


def test_adding_returns_to_the_page_that_it_began_on(client):
    page = path_of(client.post("/p/payment-methods/setups", data={"back": "/p/invoices"}))

    assert path_of(client.get(choose(client, page, "visa"))) == "/p/invoices"


@pytest.mark.parametrize("back", ["//evil.test", "https://evil.test/", "/dashboard/", "/p/\\evil"])
def test_adding_returns_nowhere_else(client, back):
    page = path_of(client.post("/p/payment-methods/setups", data={"back": back}))

    assert path_of(client.get(choose(client, page, "visa"))) == "/p/payment-methods"


def test_the_sandbox_is_marked_and_takes_no_card_number(client):
    page = client.get(path_of(client.post("/p/payment-methods/setups")))

    assert "Test mode" in page.text
    assert 'type="text"' not in page.text


def test_the_sandbox_wants_one_of_its_cards(client):
    page = path_of(client.post("/p/payment-methods/setups"))

    assert client.post(page, data={"method": "gold"}).status_code == 422
    assert client.post(page, data={}).status_code == 422


def test_a_page_of_the_sandbox_needs_its_secret(client):
    assert client.get("/p/sandbox/setups/guess").status_code == 404
    assert client.get("/p/sandbox/confirmations/guess").status_code == 404


def test_another_method_becomes_the_default(client, ada):
    a_payment_method(customer=ada)
    second = a_payment_method(customer=ada, last4="4444")
    path = f"/p/payment-methods/{second.id}/default"

    page = client.get(path_of(client.post(path)))
    client.post(path)

    assert "is now your default payment method." in page.text
    assert PaymentMethod.default_of(ada) == second


def test_removing_asks_first_and_names_the_heir(client, ada):
    first = a_payment_method(customer=ada)
    a_payment_method(customer=ada, brand="mastercard", last4="4444")

    question = client.get(f"/p/payment-methods/{first.id}/removal/new")
    assert "Mastercard ending in 4444 becomes your default." in question.text

    page = client.get(path_of(client.post(f"/p/payment-methods/{first.id}/removal")))
    assert "Visa ending in 4242 was removed." in page.text
    assert [method.last4 for method in PaymentMethod.of(ada)] == ["4444"]
    assert PaymentMethod.default_of(ada).last4 == "4444"


def test_removing_twice_is_no_mistake(client, ada):
    method = a_payment_method(customer=ada)
    path = f"/p/payment-methods/{method.id}/removal"

    assert [client.post(path).status_code for _ in range(2)] == [303, 303]


def test_the_last_method_stays_while_a_subscription_runs(client, ada):
    method = a_payment_method(customer=ada)
    a_subscription(customer=ada)
    path = f"/p/payment-methods/{method.id}/removal"

    question, refusal = client.get(f"{path}/new"), client.post(path)

    assert refusal.status_code == 409
    for page in (question, refusal):
        assert "Add the new one first." in page.text
        assert "/p/payment-methods/new" in page.text
    assert PaymentMethod.of(ada).count() == 1


def test_someone_elses_method_is_not_found(client):
    theirs = a_payment_method()

    for path in ("default", "removal"):
        assert client.post(f"/p/payment-methods/{theirs.id}/{path}").status_code == 404
    assert client.get(f"/p/payment-methods/{theirs.id}/removal/new").status_code == 404
    assert theirs.reload().detached_at is None


def test_someone_elses_setup_is_not_found(client, sign_in):
    path_of(client.post("/p/payment-methods/setups"))
    stranger = sign_in(a_customer())

    answer = stranger.get(f"/p/payment-methods/setups/{PaymentMethodSetup.get().id}")

    assert answer.status_code == 404


def test_what_the_merchant_switched_off_is_said_and_refused(client, ada):
    method = a_payment_method(customer=ada)
    a_payment_method(customer=ada, last4="4444")
    switch_off(ada)

    page = client.get("/p/payment-methods")
    assert "Payment methods cannot be changed here." in page.text
    assert "/removal/new" not in page.text

    for path in ("setups", f"{method.id}/default", f"{method.id}/removal"):
        assert client.post(f"/p/payment-methods/{path}").status_code == 403, path
    for path in ("new", f"{method.id}/removal/new"):
        assert client.get(f"/p/payment-methods/{path}").status_code == 403, path
    assert PaymentMethod.of(ada).count() == 2


def test_changes_need_a_token(client, ada):
    method = a_payment_method(customer=ada)

    for path in ("setups", f"{method.id}/default", f"{method.id}/removal"):
        assert client.post(f"/p/payment-methods/{path}", csrf=False).status_code == 403


def test_who_looks_as_the_customer_sees_and_changes_no_method(app, ada):
    a_payment_method(customer=ada)
    client = app.test_client()
    _, token = PortalSession.open(
        ada,
        at=now(),
        configuration=PortalConfiguration.default_of(ada.merchant),
        impersonator_id="user_someone",
    )
    client.set_cookie("portal_customer", token)

    page = client.get("/p/payment-methods")

    assert "4242" not in page.text
    assert client.post("/p/payment-methods/setups").status_code == 403


def test_nothing_is_asked_of_the_provider_inside_a_transaction(client, monkeypatch):
    from portal.gateways.sandbox.gateway import SandboxGateway

    outside, depths = database.transaction_depth(), []
    real = SandboxGateway.setup_url

    def noting(self, key, return_url, payer):
        depths.append(database.transaction_depth())
        return real(self, key, return_url, payer)

    monkeypatch.setattr(SandboxGateway, "setup_url", noting)
    path_of(client.post("/p/payment-methods/setups"))

    assert depths == [outside]
