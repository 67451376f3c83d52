"""Beginning a subscription in the portal: a new one, or again what has ended."""

import re
from datetime import timedelta
from html import unescape

import pytest

from portal.billing.discounts import give
from portal.billing.subscriptions import Subscription
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from tests.factories import (
    a_balance,
    a_coupon,
    a_customer,
    a_payment_method,
    a_price,
    a_product,
    a_subscription,
)


@pytest.fixture
def customer(app):
    return a_customer()


@pytest.fixture
def price(customer):
    return a_price(merchant=customer.merchant)


@pytest.fixture
def ada(customer, price, sign_in):
    configure(customer, allows_subscribing=True, subscribe_products=[price.product_id])
    return sign_in(customer)


def configure(customer, **given):
    PortalConfiguration.default_of(customer.merchant).change(at=now(), **given)


def quote_of(answer):
    return unescape(re.search(r'name="quote" value="([^"]+)"', answer.text)[1])


def preview(client, price):
    return client.get("/p/subscribe/preview", query_string={"price": price.id})


def test_somebody_without_a_subscription_is_led_to_what_there_is(ada):
    assert 'href="/p/subscribe"' in ada.get("/p/").text
    text = ada.get("/p/subscribe").text
    assert "Newsletter" in text
    assert "€19.99 per month" in text


def test_without_a_method_one_is_added_first_and_one_comes_back(ada, price):
    text = preview(ada, price).text
    assert "Add a payment method first" in text
    assert "back=" in text
    assert 'name="quote"' not in text


def test_create_begins_it_and_charges_the_card(ada, customer, price):
    a_payment_method(customer=customer)
    answer = preview(ada, price)
    assert "€19.99 is charged now to Visa ending in 4242." in answer.text
    text = ada.post("/p/subscribe", data={"quote": quote_of(answer)}, follow_redirects=True).text
    assert "Your subscription to Newsletter has begun." in text
    assert customer.subscriptions.get().status == "active"


def test_a_declined_card_leaves_it_incomplete(ada, customer, price):
    a_payment_method(customer=customer, token="tok_chargeDeclined")
    quote = quote_of(preview(ada, price))
    text = ada.post("/p/subscribe", data={"quote": quote}, follow_redirects=True).text
    assert "The payment did not go through" in text
    assert customer.subscriptions.get().status == "incomplete"


def test_the_same_quote_begins_one(ada, customer, price):
    a_payment_method(customer=customer)
    data = {"quote": quote_of(preview(ada, price))}
    locations = [ada.post("/p/subscribe", data=data).location for _ in range(2)]
    assert locations[0] == locations[1]
    assert customer.subscriptions.count() == 1


def test_a_trial_says_when_it_is_billed(ada, customer, price):
    a_payment_method(customer=customer)
    tried = a_price(product=price.product, trial_days=14, unit_amount=900)
    assert "14 days free" in ada.get("/p/subscribe").text
    answer = preview(ada, tried)
    assert "Today you pay nothing." in answer.text
    ada.post("/p/subscribe", data={"quote": quote_of(answer)})
    assert customer.subscriptions.get().status == "trialing"


def test_the_balance_pays_first_and_the_page_says_so(ada, customer, price):
    a_payment_method(customer=customer)
    a_balance(customer, 1500)
    answer = preview(ada, price)
    assert "Paid from your balance</dt><dd>€15.00" in answer.text
    assert "€4.99 is charged now to Visa ending in 4242." in answer.text
    assert "Subscribe and pay €4.99" in answer.text
    ada.post("/p/subscribe", data={"quote": quote_of(answer)})
    assert customer.invoices.get().amount_paid == 499


def test_a_balance_that_pays_all_leaves_nothing_to_charge(ada, customer, price):
    a_payment_method(customer=customer)
    a_balance(customer, 5000)
    answer = preview(ada, price)
    assert "is charged now" not in answer.text
    assert "Subscribe and pay" not in answer.text
    ada.post("/p/subscribe", data={"quote": quote_of(answer)})
    assert customer.subscriptions.get().status == "active"


def test_a_discount_for_all_subscriptions_is_in_the_preview(ada, customer, price):
    a_payment_method(customer=customer)
    give(a_coupon(merchant=customer.merchant, percent_off=5000), customer, at=now())
    answer = preview(ada, price)
    assert "Subscribe and pay €9.99" in answer.text
    ada.post("/p/subscribe", data={"quote": quote_of(answer)})
    assert customer.invoices.get().total == 999


@pytest.mark.parametrize("what", ["balance", "trial"])
def test_what_changed_since_the_preview_is_shown_again(ada, customer, price, what):
    a_payment_method(customer=customer)
    tried = a_price(product=price.product, trial_days=14, unit_amount=900)
    quote = quote_of(preview(ada, price if what == "balance" else tried))
    if what == "balance":
        a_balance(customer, 1500)
    else:
        a_subscription(customer=customer, price=price, at=now()).cancel_now(at=now())
    answer = ada.post("/p/subscribe", data={"quote": quote})
    assert answer.status_code == 409
    assert "The amounts have changed in the meantime." in answer.text


def test_what_one_has_already_is_not_offered_again(ada, customer, price):
    other = a_price(product=a_product(merchant=customer.merchant, name="Other post"))
    configuration = PortalConfiguration.default_of(customer.merchant)
    configuration.change(at=now(), subscribe_products=[price.product_id, other.product_id])
    assert price.id in ada.get("/p/subscribe").text
    subscription = a_subscription(customer=customer, price=price, at=now())
    page = ada.get("/p/subscribe").text
    assert other.id in page
    assert price.id not in page
    a_subscription(customer=customer, price=other, at=now())
    assert "You have everything that is offered" in ada.get("/p/subscribe").text
    subscription.cancel_now(at=now())
    assert price.id in ada.get("/p/subscribe").text


def test_what_one_has_already_is_said(ada, customer, price):
    a_subscription(customer=customer, price=price, at=now())
    answer = preview(ada, price)
    assert answer.status_code == 409
    assert "There is a subscription to this product already." in answer.text


def test_what_is_not_listed_or_switched_off_is_refused(ada, customer, price):
    a_payment_method(customer=customer)
    other = a_price(merchant=customer.merchant)
    assert preview(ada, other).status_code == 422
    quote = quote_of(preview(ada, price))
    configure(customer, subscribe_products=[])
    assert ada.post("/p/subscribe", data={"quote": quote}).status_code == 403
    configure(customer, allows_subscribing=False)
    assert ada.get("/p/subscribe").status_code == 403
    assert ada.post("/p/subscribe", data={"quote": quote}).status_code == 403
    assert not customer.subscriptions.exists()


def test_without_anything_on_offer_it_is_said(ada, customer):
    configure(customer, subscribe_products=[])
    assert "Nothing is offered at the moment" in ada.get("/p/subscribe").text


@pytest.mark.parametrize("quote", ["", "made-up"])
def test_without_a_quote_of_ours_nothing_begins(ada, customer, quote):
    answer = ada.post("/p/subscribe", data={"quote": quote}, follow_redirects=True)
    assert "The preview was more than ten minutes old." in answer.text
    assert not customer.subscriptions.exists()


class TestAgain:
    @pytest.fixture
    def ended(self, customer, price):
        subscription = a_subscription(
            customer=customer, price=price, quantity=3, at=now() - timedelta(days=9)
        )
        subscription.cancel_now(at=now())
        configure(customer, allows_resubscription=True)
        return subscription.reload()

    @pytest.fixture
    def url(self, ended):
        return f"/p/subscriptions/{ended.id}/resubscription"

    def test_the_page_of_what_ended_leads_back(self, ada, ended, url):
        text = ada.get(f"/p/subscriptions/{ended.id}").text
        assert f'href="{url}/new"' in text
        assert "Subscribe again" in text

    def test_it_begins_again_with_the_same_price_and_quantity(self, ada, ended, url):
        a_payment_method(customer=ended.customer)
        quote = quote_of(ada.get(f"{url}/new"))
        answer = ada.post(url, data={"quote": quote}, follow_redirects=True)
        assert "has begun." in answer.text
        again = Subscription.select().where(Subscription.id != ended.id).get()
        assert (again.item.price_id, again.item.quantity) == (ended.item.price_id, 3)

    def test_what_is_sold_no_longer_leads_to_the_other_plans(self, ada, ended, url, price):
        price.archived_at = now()
        price.save()
        answer = ada.get(f"{url}/new", follow_redirects=True)
        assert "This plan is not sold any more." in answer.text
        text = ada.get(f"/p/subscriptions/{ended.id}").text
        assert "Choose a plan" in text
        configure(ended.customer, allows_subscribing=False)
        text = ada.get(f"{url}/new", follow_redirects=True).text
        assert "Please contact the business." in text

    def test_what_is_switched_off_is_refused(self, ada, ended, url):
        configure(ended.customer, allows_resubscription=False)
        assert ada.get(f"{url}/new").status_code == 403
        assert ada.post(url).status_code == 403

    def test_what_runs_is_refused(self, ada, ended, customer):
        running = a_subscription(customer=customer, at=now())
        url = f"/p/subscriptions/{running.id}/resubscription"
        answer = ada.get(f"{url}/new", follow_redirects=True)
        assert "This subscription has not ended." in answer.text
        assert ada.post(url).status_code == 409
