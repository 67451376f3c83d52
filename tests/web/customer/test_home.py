"""The first page: sections as the merchant configured them, never a dead end, few queries."""

from datetime import timedelta

from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.portal_sessions import PortalSession
from tests.factories import (
    a_customer,
    a_payment_method,
    a_price,
    a_product,
    a_subscription,
    a_user,
    an_invoice,
)
from tests.support.queries import count_queries


def configure(customer, **given):
    PortalConfiguration.default_of(customer.merchant).change(at=now(), **given)


def test_it_shows_what_is_subscribed_to(sign_in):
    customer = a_customer()
    product = a_product(merchant=customer.merchant, name="Garden post", unit_label="seat")
    subscription = a_subscription(
        customer=customer, price=a_price(product=product), quantity=3, at=now()
    )
    answer = sign_in(customer).get("/p/")
    assert answer.status_code == 200
    assert "Garden post" in answer.text
    assert "€59.97 per month" in answer.text
    assert "3 × seat" in answer.text
    assert f"/p/subscriptions/{subscription.id}" in answer.text


def test_without_a_subscription_the_rest_is_there(sign_in):
    customer = a_customer()
    an_invoice(customer=customer)
    answer = sign_in(customer).get("/p/")
    assert "No subscriptions" in answer.text
    for heading in ("Payment methods", "Billing information", "Invoice history"):
        assert heading in answer.text


def test_what_ended_is_shown_for_a_while(sign_in):
    customer = a_customer()
    a_subscription(customer=customer).cancel_now(at=now() - timedelta(days=3))
    a_subscription(customer=customer).cancel_now(at=now() - timedelta(days=200))
    answer = sign_in(customer).get("/p/")
    assert answer.text.count("Ended on") == 1


def test_sections_that_are_off_are_not_shown(sign_in):
    customer = a_customer()
    configure(customer, shows_invoices=False, updates_payment_methods=False)
    an_invoice(customer=customer)
    answer = sign_in(customer).get("/p/")
    assert "Invoice history" not in answer.text
    assert "Payment methods" not in answer.text


def test_ten_invoices_are_shown_and_the_way_to_the_rest(sign_in):
    customer = a_customer()
    for _ in range(10):
        an_invoice(customer=customer)
    client = sign_in(customer)
    assert "Show all" not in client.get("/p/").text
    an_invoice(customer=customer)
    text = client.get("/p/").text
    assert "Show all" in text
    assert text.count("€23.80") == 10


def test_things_of_others_are_not_shown(sign_in):
    mine, other = a_customer(), a_customer()
    product = a_product(merchant=other.merchant, name="Somebody else's")
    a_subscription(customer=other, price=a_price(product=product))
    invoice = an_invoice(customer=other)
    text = sign_in(mine).get("/p/").text
    assert "Somebody else" not in text
    assert invoice.number not in text


def test_names_are_shown_as_they_are_written(sign_in):
    customer = a_customer(name="<b>Ada</b>", company="")
    assert "&lt;b&gt;Ada&lt;/b&gt;" in sign_in(customer).get("/p/").text


def test_few_queries_are_enough_however_much_there_is(sign_in):
    customer = a_customer()
    for _ in range(4):
        product = a_product(merchant=customer.merchant)
        a_subscription(customer=customer, price=a_price(product=product))
        an_invoice(customer=customer)
    a_payment_method(customer=customer)
    a_payment_method(customer=customer, last4="1881", token="tok_other")
    client = sign_in(customer)
    with count_queries() as asked:
        assert client.get("/p/").status_code == 200
    assert len(asked) <= 8, asked


def test_nobody_sees_it_without_signing_in(client):
    answer = client.get("/p/")
    assert answer.status_code == 303
    assert "/p/" in answer.location


def test_who_looks_in_a_customers_place_is_told_so_and_changes_nothing(app):
    user = a_user(name="Grace Hopper")
    customer = a_customer(merchant=user.merchant, name="Ada Lovelace")
    subscription = a_subscription(customer=customer)
    client = app.test_client()
    _, token = PortalSession.open(
        customer,
        at=now(),
        configuration=PortalConfiguration.default_of(user.merchant),
        impersonator_id=user.id,
    )
    client.set_cookie("portal_customer", token)
    text = client.get("/p/").text
    assert "You are looking at the portal as Ada Lovelace" in text
    assert "Grace Hopper" in text
    assert client.post(f"/p/subscriptions/{subscription.id}/cancellation").status_code == 403
    assert not subscription.reload().is_ending


def test_customers_themselves_see_no_such_banner(sign_in):
    assert "You are looking" not in sign_in(a_customer()).get("/p/").text


def test_show_offers_the_other_accounts_of_the_address(sign_in):
    customer = a_customer()
    assert "/p/accounts" not in sign_in(customer).get("/p/").text

    a_customer(merchant=customer.merchant, email=customer.email, name="Ada’s shop")

    assert 'href="/p/accounts"' in sign_in(customer).get("/p/").text
