"""One subscription, in words: costs, standing, what comes next and what can be done."""

from datetime import timedelta

import pytest

from portal.billing.pausing import pause
from portal.billing.renewal_turns import expire
from portal.billing.subscription_status import SubscriptionStatus
from portal.database import write
from portal.formatting import date_long, day_in
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from tests.factories import a_customer, a_merchant, a_price, a_product, a_subscription
from tests.support.queries import count_queries


@pytest.fixture
def begun():
    return now() - timedelta(days=2)


def page_of(sign_in, subscription) -> str:
    answer = sign_in(subscription.customer).get(f"/p/subscriptions/{subscription.id}")
    assert answer.status_code == 200
    return answer.text


def test_it_says_what_it_costs_and_when_it_renews(app, sign_in, begun):
    customer = a_customer()
    product = a_product(merchant=customer.merchant, name="Garden post", unit_label="seat")
    price = a_price(product=product, unit_amount=1000, tax_behavior="exclusive")
    subscription = a_subscription(customer=customer, price=price, quantity=2, at=begun)
    text = page_of(sign_in, subscription)
    assert "€20.00 per month" in text
    assert "plus VAT" in text
    assert "€10.00 per seat per month" in text
    assert "2 × seat" in text
    assert "Your subscription renews on" in text
    assert "€23.80 on" in text
    assert "including €3.80 VAT" in text


def test_a_small_business_says_nothing_of_vat(app, sign_in, begun):
    customer = a_customer(merchant=a_merchant(tax_scheme="small_business"))
    price = a_price(product=a_product(merchant=customer.merchant), tax_behavior="inclusive")
    subscription = a_subscription(customer=customer, price=price, at=begun)
    PortalConfiguration.default_of(customer.merchant).change(
        at=begun, allows_plan_change=True, allows_quantity=True, plan_products=[price.product_id]
    )
    client = sign_in(customer)
    for path in ("", "/plan/new", f"/plan?price={price.id}&quantity=2"):
        answer = client.get(f"/p/subscriptions/{subscription.id}{path}")
        assert answer.status_code == 200
        assert "per month" in answer.text
        assert "VAT" not in answer.text


def test_tiers_are_said_in_words(app, sign_in, begun):
    customer = a_customer()
    tiers = [
        {"up_to": 10, "unit_amount": 500, "flat_amount": 0},
        {"up_to": None, "unit_amount": 400, "flat_amount": 2000},
    ]
    price = a_price(merchant=customer.merchant, model="graduated", tiers_data=tiers)
    text = page_of(sign_in, a_subscription(customer=customer, price=price, quantity=12, at=begun))
    assert "Units 1 to 10: €5.00 each" in text
    assert "From unit 11: €4.00 each, plus €20.00" in text
    assert "Each unit is charged at the price of its own tier." in text


def test_a_trial_says_when_it_ends(app, sign_in):
    subscription = a_subscription(at=now(), trial_days=14)
    text = page_of(sign_in, subscription)
    assert "Your free trial runs until" in text
    assert "Trial ends" in text


def test_an_open_invoice_leads_to_its_payment(app, sign_in):
    subscription = a_subscription(at=now(), paid=False)
    invoice = subscription.invoices.first()
    text = page_of(sign_in, subscription)
    assert "Your subscription starts as soon as its first invoice is paid." in text
    assert f"Invoice {invoice.number} is open" in text
    assert f"/p/invoices/{invoice.id}" in text


def test_one_that_ends_can_be_renewed(app, sign_in, begun):
    subscription = a_subscription(at=begun)
    subscription.cancel(at=now())
    text = page_of(sign_in, subscription)
    assert "You cancelled this subscription. You keep access until" in text
    assert f"/p/subscriptions/{subscription.id}/reinstatement" in text
    assert "cancellation/new" not in text


def test_one_that_ended_offers_nothing_and_says_so(app, sign_in, begun):
    subscription = a_subscription(at=begun)
    subscription.cancel_now(at=now())
    text = page_of(sign_in, subscription)
    assert "This subscription ended on" in text
    assert "To subscribe again, please contact" in text
    assert "reinstatement" not in text
    assert "cancellation/new" not in text


def test_what_is_not_offered_is_said(app, sign_in, begun):
    subscription = a_subscription(at=begun)
    configuration = PortalConfiguration.default_of(subscription.merchant)
    configuration.change(at=now(), allows_cancellation=False)
    text = page_of(sign_in, subscription)
    assert "This subscription cannot be cancelled here." in text
    assert "hilfe@lindenhof.test" in text
    assert "cancellation/new" not in text


def test_somebody_elses_is_not_there(app, sign_in):
    mine, other = a_subscription(), a_subscription()
    client = sign_in(mine.customer)
    foreign = client.get(f"/p/subscriptions/{other.id}")
    unknown = client.get("/p/subscriptions/sub_0000000000000000000000")
    assert foreign.status_code == unknown.status_code == 404
    assert client.get(f"/p/subscriptions/{mine.customer_id}").status_code == 404


def test_few_queries_are_enough(app, sign_in):
    subscription = a_subscription()
    client = sign_in(subscription.customer)
    with count_queries() as asked:
        client.get(f"/p/subscriptions/{subscription.id}")
    assert len(asked) <= 8, asked


def test_a_pause_says_when_it_ends_on_both_pages(app, sign_in, begun):
    subscription = a_subscription(at=begun)
    until = now() + timedelta(days=30)
    pause(subscription, at=now(), resumes_at=until)
    client = sign_in(subscription.customer)
    words = date_long(day_in(until, subscription.merchant.time_zone), "en")
    home = client.get("/p/").text
    assert f"Resumes on {words}" in home
    assert "Renews on" not in home
    text = client.get(f"/p/subscriptions/{subscription.id}").text
    assert "<dt>Resumes</dt>" in text
    assert "After the pause" in text


def test_what_is_late_does_not_say_that_it_renews(app, sign_in, begun):
    subscription = a_subscription(at=begun)
    become(subscription, SubscriptionStatus.PAST_DUE)
    home = sign_in(subscription.customer).get("/p/").text
    assert "A payment is late" in home
    assert "Renews on" not in home


def test_what_never_began_does_not_say_that_it_ended(app, sign_in):
    subscription = a_subscription(at=now(), paid=False)
    with write():
        expire(subscription, at=now())
    client = sign_in(subscription.customer)
    assert "Never began: the first payment did not arrive" in client.get("/p/").text
    text = client.get(f"/p/subscriptions/{subscription.id}").text
    assert "its first invoice was not paid in time" in text


def test_a_first_invoice_says_until_when_it_is_waited_for(app, sign_in):
    subscription = a_subscription(at=now(), paid=False)
    text = page_of(sign_in, subscription)
    assert "If it is not paid by" in text
    assert "It can be changed or paused as soon as it has started." not in text
    PortalConfiguration.default_of(subscription.merchant).change(at=now(), allows_pause=True)
    text = page_of(sign_in, subscription)
    assert "It can be changed or paused as soon as it has started." in text


def test_a_first_invoice_is_on_the_first_page_too(app, sign_in):
    subscription = a_subscription(at=now(), paid=False)
    invoice = subscription.invoices.first()
    home = sign_in(subscription.customer).get("/p/").text
    assert f"Invoice {invoice.number} is open" in home
    assert f"/p/invoices/{invoice.id}/payment/new" in home


@pytest.mark.parametrize("stands", ["ends", "is unpaid"])
def test_no_code_is_asked_for_where_no_further_invoice_comes(app, sign_in, begun, stands):
    subscription = a_subscription(at=begun)
    configuration = PortalConfiguration.default_of(subscription.merchant)
    configuration.change(at=now(), allows_promotion_codes=True)
    assert "promotion-code/new" in page_of(sign_in, subscription)
    if stands == "ends":
        subscription.cancel(at=now())
    else:
        become(subscription, SubscriptionStatus.PAST_DUE, SubscriptionStatus.UNPAID)
    assert "promotion-code/new" not in page_of(sign_in, subscription)


def test_several_units_without_a_name_have_a_price_per_unit(app, sign_in, begun):
    subscription = a_subscription(quantity=3, at=begun)
    assert "per unit per month" in page_of(sign_in, subscription)


def become(subscription, *statuses):
    with write():
        for status in statuses:
            subscription.become(status)
        subscription.save()
