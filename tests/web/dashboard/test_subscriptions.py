"""The merchant's subscriptions: list, page, and a new one after a preview."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from portal.billing.estimates import estimate_first_invoice
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import Merchant
from portal.billing.subscription_status import CollectionMethod, SubscriptionStatus
from portal.billing.subscriptions import Subscription
from portal.formatting import money
from portal.record import now
from tests.factories import (
    NOW,
    a_customer,
    a_payment_method,
    a_price,
    a_product,
    a_subscription,
    a_user,
)

SENT, CHARGED = CollectionMethod.SEND_INVOICE, CollectionMethod.CHARGE_AUTOMATICALLY
URL = "/dashboard/subscriptions"


@pytest.fixture
def user(db):
    return a_user()


@pytest.fixture
def customer(user):
    return a_customer(merchant=user.merchant)


@pytest.fixture
def price(user):
    return a_price(product=a_product(merchant=user.merchant, name="Herbs"))


def chosen(customer, price, /, **given):
    return {
        "customer_id": customer.id,
        "price": price.id,
        "quantity": "1",
        "trial_days": "",
        "collection": SENT,
        "days_until_due": "14",
    } | given


def preview(client, customer, price, /, **given):
    return client.post(f"{URL}/previews", data=chosen(customer, price, **given))


def quote_of(answer):
    return re.search(r'name="quote" value="([^"]+)"', answer.text)[1]


def of(customer):
    return list(Subscription.select().where(Subscription.customer == customer))


def test_index_shows_own_subscriptions_only(staff, user, customer, price):
    a_subscription(customer=customer, price=price)
    other = a_subscription(customer=a_customer(name="Somebody Else"))
    page = staff(user).get(URL)

    assert "Herbs" in page.text
    assert other.customer.name not in page.text


def test_index_says_what_to_do_when_there_is_nothing(staff, user):
    assert "No subscriptions yet" in staff(user).get(URL).text


def test_index_says_that_nothing_matches(staff, user, customer, price):
    a_subscription(customer=customer, price=price)

    assert "No subscription matches" in staff(user).get(f"{URL}?q=nobody&status=active").text


def test_index_answers_htmx_with_the_list_alone(staff, user, customer, price):
    a_subscription(customer=customer, price=price)
    headers = {"HX-Request": "true", "HX-Target": "subscriptions"}
    part = staff(user).get(URL, headers=headers)

    assert part.text.lstrip().startswith('<div id="subscriptions">')
    assert "<html" not in part.text


def test_index_goes_on_where_the_page_ended(staff, user, customer, price, monkeypatch):
    monkeypatch.setattr("portal.billing.listings.PART", 1)
    old = a_subscription(customer=customer, price=price)
    new = a_subscription(customer=customer, price=price)
    first = staff(user).get(URL).text
    following = staff(user).get(f"{URL}?after={new.id}").text

    assert new.id in first
    assert f"{URL}/{old.id}" not in first
    assert f"{URL}/{old.id}" in following
    assert "Back to the newest" in following


def test_new_asks_for_whom_first(staff, user, customer):
    page = staff(user).get(f"{URL}/new")

    assert f"customer_id={customer.id}" in page.text


def test_new_offers_recurring_prices_that_are_active(staff, user, customer, price):
    once = a_price(product=price.product, interval=None)
    archived = a_price(product=price.product)
    archived.archive(at=NOW)
    foreign = a_price()
    dollars = a_price(product=price.product, currency="USD")
    customer.change(currency="EUR", at=NOW)
    page = staff(user).get(f"{URL}/new?customer_id={customer.id}").text

    assert price.id in page
    for hidden in (once, archived, foreign, dollars):
        assert hidden.id not in page


def test_new_says_what_is_missing_without_a_price(staff, user, customer):
    page = staff(user).get(f"{URL}/new?customer_id={customer.id}").text

    assert "There is no price to subscribe to" in page


def test_new_explains_why_nothing_can_be_charged(staff, user, customer, price):
    page = staff(user).get(f"{URL}/new?customer_id={customer.id}").text

    assert "no payment method yet" in page


def test_charging_without_a_payment_method_is_refused(staff, user, customer, price):
    answer = preview(staff(user), customer, price, collection=CHARGED)

    assert answer.status_code == 422
    assert "This customer has no payment method yet." in answer.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": "0"},
        {"quantity": "1000000"},
        {"quantity": "1.5"},
        {"quantity": ""},
        {"trial_days": "731"},
        {"trial_days": "-1"},
        {"days_until_due": "366"},
        {"price": "price_nothing"},
        {"collection": "gift"},
    ],
)
def test_wrong_input_is_said_and_nothing_is_saved(staff, user, customer, price, wrong):
    answer = preview(staff(user), customer, price, **wrong)

    assert answer.status_code == 422
    assert of(customer) == []


def test_a_preview_saves_nothing_and_shows_the_sums(staff, user, customer, price):
    answer = preview(staff(user), customer, price, quantity="3")
    expected = estimate_first_invoice(customer, price, at=now(), quantity=3, collection_method=SENT)

    assert answer.status_code == 200
    for amount in (expected.subtotal, expected.tax, expected.total):
        assert money(amount, "EUR", "en") in answer.text
    assert of(customer) == []


def test_confirming_bills_what_was_shown(staff, user, customer, price):
    client = staff(user)
    shown = preview(client, customer, price, quantity="3", days_until_due="30")
    answer = client.post(URL, data={"quote": quote_of(shown)})
    (subscription,) = of(customer)
    invoice = subscription.invoices.get()

    assert answer.status_code == 303
    assert answer.location == f"{URL}/{subscription.id}"
    assert subscription.item.quantity == 3
    assert money(invoice.total, "EUR", "en") in shown.text
    assert (invoice.due_at - invoice.issued_at) == timedelta(days=30)


def test_confirming_twice_begins_one_subscription(staff, user, customer, price):
    client = staff(user)
    quote = quote_of(preview(client, customer, price))
    first = client.post(URL, data={"quote": quote})
    second = client.post(URL, data={"quote": quote})

    assert first.location == second.location
    assert len(of(customer)) == 1


def test_the_payment_method_is_charged_after_confirming(staff, user, customer, price):
    a_payment_method(customer=customer)
    client = staff(user)
    quote = quote_of(preview(client, customer, price, collection=CHARGED))
    client.post(URL, data={"quote": quote})
    (subscription,) = of(customer)

    assert subscription.status == SubscriptionStatus.ACTIVE
    assert subscription.invoices.get().status == InvoiceStatus.PAID


def test_what_is_stored_is_charged_where_it_is_stored(staff, user, customer, price):
    """The merchant has chosen another provider since, which is not there any more either."""
    a_payment_method(customer=customer)
    client = staff(user)
    quote = quote_of(preview(client, customer, price, collection=CHARGED))
    Merchant.update(gateway="gone").where(Merchant.id == user.merchant_id).execute()
    client.post(URL, data={"quote": quote})

    assert of(customer)[0].invoices.get().status == InvoiceStatus.PAID


def test_a_trial_is_previewed_with_its_end_and_bills_nothing_yet(staff, user, customer, price):
    client = staff(user)
    shown = preview(client, customer, price, trial_days="14")
    client.post(URL, data={"quote": quote_of(shown)})
    (subscription,) = of(customer)

    assert "when the trial ends" in shown.text
    assert subscription.status == SubscriptionStatus.TRIALING
    assert subscription.invoices.count() == 0


def test_a_quote_of_another_merchant_is_worth_nothing(staff, user, customer, price):
    quote = quote_of(preview(staff(user), customer, price))
    answer = staff(a_user()).post(URL, data={"quote": quote})

    assert answer.location.endswith("/dashboard/subscriptions/new")
    assert of(customer) == []


def test_a_quote_that_was_changed_is_worth_nothing(staff, user, customer, price):
    client = staff(user)
    quote = quote_of(preview(client, customer, price))
    client.post(URL, data={"quote": quote[:-4] + "AAAA"})

    assert of(customer) == []


def test_a_preview_that_is_old_is_shown_again(staff, user, customer, price, monkeypatch):
    client = staff(user)
    quote = quote_of(preview(client, customer, price))
    monkeypatch.setattr("portal.web.dashboard.quotes.FRESH", timedelta(0))
    answer = client.post(URL, data={"quote": quote})

    assert answer.status_code == 409
    assert "Please check it again" in answer.text
    assert of(customer) == []


def test_sums_that_changed_are_shown_again(staff, user, customer, price):
    client = staff(user)
    price = a_price(product=price.product, tax_behavior="exclusive")
    quote = quote_of(preview(client, customer, price))
    customer.change(country="US", at=NOW)
    answer = client.post(URL, data={"quote": quote})

    assert answer.status_code == 409
    assert "The amounts have changed" in answer.text
    assert of(customer) == []


def test_a_price_archived_meanwhile_is_refused(staff, user, customer, price):
    client = staff(user)
    a_price(product=price.product)
    quote = quote_of(preview(client, customer, price))
    price.archive(at=NOW)
    client.post(URL, data={"quote": quote})

    assert of(customer) == []


def test_show_has_what_matters(staff, user, customer, price):
    subscription = a_subscription(customer=customer, price=price)
    page = staff(user).get(f"{URL}/{subscription.id}").text

    for words in ("Herbs", customer.name, "Cancel subscription", Invoice.get().number):
        assert words in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"status": "active"}, "Renews on"),
        ({"status": "paused"}, "Paused until it is resumed"),
        ({"status": "paused", "resumes_at": datetime(2026, 3, 4, tzinfo=UTC)}, "Resumes on"),
        ({"status": "incomplete"}, "Waiting for the first payment"),
        ({"status": "unpaid"}, "Payments are missing"),
        ({"status": "paused", "cancel_at_period_end": True}, "Ends on"),
    ],
)
def test_lists_say_what_comes_next(staff, user, customer, price, given, words):
    client = staff(user)
    subscription = a_subscription(customer=customer, price=price)
    Subscription.update(**given).where(Subscription.id == subscription.id).execute()

    for page in (URL, f"/dashboard/customers/{customer.id}"):
        text = client.get(page).text
        assert words in text
        assert ("Renews on" in text) == (words == "Renews on")


@pytest.mark.parametrize(
    ("status", "is_told"),
    [("active", True), ("past_due", True), ("unpaid", False), ("incomplete", False)],
)
def test_no_day_of_an_invoice_is_told_that_will_not_come(
    staff, user, customer, price, status, is_told
):
    subscription = a_subscription(customer=customer, price=price)
    Subscription.update(status=status).where(Subscription.id == subscription.id).execute()

    text = staff(user).get(f"{URL}/{subscription.id}").text

    assert ("<dt>Next invoice</dt>" in text) == is_told


def test_index_filters_by_each_status_that_lasts(staff, user, customer, price):
    client = staff(user)
    subscription = a_subscription(customer=customer, price=price)

    for status in ("active", "paused", "past_due", "unpaid", "incomplete"):
        Subscription.update(status=status).where(Subscription.id == subscription.id).execute()
        other = "paused" if status == "active" else "active"
        assert customer.name in client.get(f"{URL}?status={status}").text
        assert customer.name not in client.get(f"{URL}?status={other}").text


def test_what_belongs_to_others_is_not_there(staff, user, customer, price):
    client = staff(user)
    other = a_subscription()

    assert client.get(f"{URL}/{other.id}").status_code == 404
    assert client.get(f"{URL}/new?customer_id={other.customer_id}").status_code == 404
    assert preview(client, other.customer, price).status_code == 404
    assert preview(client, customer, other.item.price).status_code == 422


def test_it_needs_somebody_signed_in(client, db):
    assert client.get(URL).status_code == 303
