"""Changing plan in the portal: choose, see what it costs, confirm, once."""

import re
from datetime import timedelta
from html import unescape

import pytest

from portal.billing import customer_balances
from portal.billing.coupons import Coupon, PromotionCode
from portal.billing.customer_balances import BalanceReason
from portal.billing.invoices import Invoice
from portal.billing.payments import Payment
from portal.billing.scheduled_changes import ScheduledChange
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from tests.factories import (
    a_payment_method,
    a_price,
    a_product,
    a_subscription,
)


@pytest.fixture
def subscription(app):
    return a_subscription(at=now() - timedelta(days=2))


@pytest.fixture
def pro(subscription):
    product = a_product(merchant=subscription.merchant, name="Pro", description="For teams")
    return a_price(product=product, unit_amount=5000)


@pytest.fixture
def ada(subscription, sign_in):
    return sign_in(subscription.customer)


@pytest.fixture
def url(subscription):
    return f"/p/subscriptions/{subscription.id}/plan"


@pytest.fixture(autouse=True)
def allowed(subscription, pro):
    configure(
        subscription,
        allows_plan_change=True,
        plan_products=[pro.product_id],
        allows_quantity=True,
        proration="always_invoice",
    )


def configure(subscription, **given):
    PortalConfiguration.default_of(subscription.merchant).change(at=now(), **given)


def quote_of(answer):
    return unescape(re.search(r'name="quote" value="([^"]+)"', answer.text)[1])


def preview(client, url, price, quantity=1, **more):
    return client.get(url, query_string={"price": price.id, "quantity": quantity, **more})


def confirm(client, url, price, quantity=1, **more):
    quote = quote_of(preview(client, url, price, quantity, **more))
    return client.post(url, data={"quote": quote}, follow_redirects=True)


def changes(subscription):
    reason = Invoice.billing_reason == "subscription_update"
    return Invoice.select().where((Invoice.subscription == subscription) & reason)


def test_the_subscription_page_leads_to_the_choice(ada, subscription, url):
    assert f"{url}/new" in ada.get(f"/p/subscriptions/{subscription.id}").text


def test_there_is_a_card_a_product_with_its_prices(ada, url, pro):
    text = ada.get(f"{url}/new").text
    for words in ("Pro", "For teams", "€50.00 per month", "Your plan"):
        assert words in text


def test_the_preview_says_what_is_paid_when_and_changes_nothing(ada, subscription, url, pro):
    text = preview(ada, url, pro).text
    assert "Nothing has changed yet." in text
    assert "Unused time: Newsletter" in text
    assert "Rest of the period: Pro" in text
    assert "€50.00 on" in text
    assert subscription.reload().item.price != pro
    assert not changes(subscription).exists()


def test_confirming_charges_the_card_and_says_so(ada, subscription, url, pro):
    a_payment_method(customer=subscription.customer)
    assert "Visa ending in 4242 is charged." in preview(ada, url, pro).text
    text = confirm(ada, url, pro).text
    assert "Your plan is changed: Pro." in text
    assert "was paid." in text
    assert subscription.reload().item.price == pro
    assert changes(subscription).get().status == "paid"


def test_a_card_that_is_declined_leaves_the_change_and_an_open_invoice(ada, subscription, url, pro):
    a_payment_method(customer=subscription.customer, token="tok_chargeDeclined")
    text = confirm(ada, url, pro).text
    assert "The payment did not go through: the invoice is open." in text
    assert "Pay now" in text
    assert subscription.reload().item.price == pro
    assert changes(subscription).get().status == "open"


def test_without_a_method_the_invoice_waits(ada, subscription, url, pro):
    assert "There is no payment method" in preview(ada, url, pro).text
    text = confirm(ada, url, pro).text
    assert "the invoice is open" in text
    assert not Payment.select().where(Payment.invoice == changes(subscription).get()).exists()


def test_the_same_form_twice_has_one_effect(ada, subscription, url, pro):
    a_payment_method(customer=subscription.customer)
    data = {"quote": quote_of(preview(ada, url, pro)), "csrf_token": ada.token()}
    answers = [ada.post(url, data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert changes(subscription).count() == 1


def test_a_second_tab_is_shown_what_it_would_be_now(ada, subscription, url, pro):
    a_payment_method(customer=subscription.customer)
    quote = quote_of(preview(ada, url, pro, 2))
    confirm(ada, url, pro)
    answer = ada.post(url, data={"quote": quote})
    assert answer.status_code == 409
    assert "Something has changed since the preview" in answer.text
    assert subscription.reload().item.quantity == 1
    ada.post(url, data={"quote": quote_of(answer)})
    assert subscription.reload().item.quantity == 2


def test_a_balance_that_moved_leads_to_a_new_preview(ada, subscription, url, pro):
    quote = quote_of(preview(ada, url, pro))
    given = {"reason": BalanceReason.ADJUSTMENT, "at": now()}
    customer_balances.move(subscription.customer.reload(), 100, **given)
    answer = ada.post(url, data={"quote": quote})
    assert answer.status_code == 409
    assert "Paid from your balance" in answer.text
    assert not changes(subscription).exists()


@pytest.mark.parametrize("quote", ["", "made-up", "WyJhIiwxXQ.aaaaaa.bbbb"])
def test_without_a_quote_of_ours_nothing_happens(ada, subscription, url, pro, quote):
    text = ada.post(url, data={"quote": quote}, follow_redirects=True).text
    assert "The preview was more than ten minutes old." in text
    assert subscription.reload().item.price != pro


def test_a_quote_counts_for_its_own_subscription_and_customer_only(
    ada, subscription, url, pro, sign_in
):
    quote = quote_of(preview(ada, url, pro))
    other = a_subscription(
        customer=subscription.customer, price=subscription.item.price, at=subscription.started_at
    )
    ada.post(f"/p/subscriptions/{other.id}/plan", data={"quote": quote})
    assert other.reload().item.price != pro
    assert sign_in(a_subscription().customer).get(url).status_code == 404


def test_quantities_keep_to_the_limits(ada, subscription, url):
    own = subscription.item.price
    configure(subscription, quantity_limits={own.product_id: [2, 5]})
    answer = preview(ada, url, own, 6)
    assert answer.status_code == 422
    assert "Enter a number between 2 and 5." in answer.text
    assert preview(ada, url, own, 5).status_code == 200


@pytest.mark.parametrize("quantity", ["0", "-1", "x", "1000000", "٣"])
def test_what_is_no_quantity_is_said(ada, url, pro, quantity):
    assert preview(ada, url, pro, quantity).status_code == 422


def test_what_it_is_already_is_said(ada, subscription, url):
    answer = preview(ada, url, subscription.item.price)
    assert answer.status_code == 409
    assert "That is the plan already." in answer.text


def test_what_is_not_listed_cannot_be_chosen(ada, subscription, url):
    other = a_price(merchant=subscription.merchant)
    assert preview(ada, url, other).status_code == 422


@pytest.mark.parametrize("switched_off", [{"allows_plan_change": False}, {"plan_products": []}])
def test_what_was_switched_off_meanwhile_is_refused(ada, subscription, url, pro, switched_off):
    quote = quote_of(preview(ada, url, pro))
    configure(subscription, **switched_off)
    assert ada.post(url, data={"quote": quote}).status_code == 403
    assert subscription.reload().item.price != pro


def test_without_any_choice_the_pages_are_not_there(ada, subscription, url):
    configure(subscription, allows_plan_change=False, allows_quantity=False)
    assert ada.get(f"{url}/new").status_code == 403
    assert ada.get(url).status_code == 403
    text = ada.get(f"/p/subscriptions/{subscription.id}").text
    assert "To change plan or quantity, or to pause, please contact" in text


def test_rules_that_changed_meanwhile_lead_to_a_new_preview(ada, subscription, url, pro):
    quote = quote_of(preview(ada, url, pro))
    configure(subscription, proration="none")
    assert ada.post(url, data={"quote": quote}).status_code == 409


def test_intervals_can_be_looked_at_one_by_one(ada, url, pro):
    a_price(product=pro.product, interval="year", unit_amount=50000)
    text = ada.get(f"{url}/new?interval=year-1").text
    assert "€500.00 per year" in text
    assert "€50.00 per month" not in text
    assert "€50.00 per month" in ada.get(f"{url}/new").text


def test_a_promotion_code_counts_in_the_preview(ada, subscription, url, pro):
    merchant = subscription.merchant
    coupon = Coupon.create(
        merchant=merchant, name="Half", percent_off=5000, duration="forever", created_at=now()
    )
    PromotionCode.create(merchant=merchant, coupon=coupon, code="HALF", created_at=now())
    assert preview(ada, url, pro, code="half").status_code == 403
    configure(subscription, allows_promotion_codes=True)
    assert "€25.00 on" in preview(ada, url, pro, code="half").text
    answer = preview(ada, url, pro, code="nothing")
    assert answer.status_code == 422
    assert 'href="#code"' in answer.text
    assert 'id="code-errors"' in answer.text
    confirm(ada, url, pro, code="half")
    assert subscription.discounts.count() == 1


def test_intervals_are_offered_from_the_shortest_on(ada, subscription, url, pro):
    for interval, count in (("year", 1), ("month", 2), ("week", 1)):
        a_price(product=pro.product, interval=interval, interval_count=count)
    tabs = re.findall(r"interval=(\w+-\d)", ada.get(f"{url}/new").text)
    assert tabs == ["week-1", "month-1", "month-2", "year-1"]


class TestLater:
    @pytest.fixture
    def cheap(self, subscription, pro):
        configure(subscription, downgrades="at_period_end")
        return a_price(product=pro.product, unit_amount=500)

    def test_a_downgrade_is_announced_with_its_date(self, ada, subscription, url, cheap):
        assert "can be withdrawn" in preview(ada, url, cheap).text
        text = confirm(ada, url, cheap).text
        assert "Your plan changes to Pro on" in text
        assert "Withdraw the change" in text
        assert "€5.00 on" in text
        assert subscription.reload().item.price != cheap

    def test_it_can_be_withdrawn_and_twice_is_no_error(self, ada, subscription, url, cheap):
        confirm(ada, url, cheap)
        answers = [ada.post(f"{url}/withdrawal", follow_redirects=True) for _ in range(2)]
        assert "The change was withdrawn." in answers[0].text
        assert "no change to withdraw any more" in answers[1].text
        assert ScheduledChange.waiting_of(subscription) is None

    def test_what_ends_before_is_not_announced_any_more(self, ada, subscription, url, cheap):
        confirm(ada, url, cheap)
        page = f"/p/subscriptions/{subscription.id}"
        subscription.reload().cancel(at=now())
        assert "Your plan changes" not in ada.get(page).text
        subscription.reload().reinstate(at=now())
        assert "Your plan changes on" in ada.get(page).text

    def test_somebody_elses_is_not_there(self, ada):
        other = a_subscription()
        for path in ("plan/new", "plan", "pause/new", "resubscription/new"):
            assert ada.get(f"/p/subscriptions/{other.id}/{path}").status_code == 404
        for path in ("plan", "plan/withdrawal", "pause", "resumption", "resubscription"):
            assert ada.post(f"/p/subscriptions/{other.id}/{path}").status_code == 404


def test_a_paused_or_ending_one_says_what_to_do_first(ada, subscription, url):
    subscription.cancel(at=now())
    answer = ada.get(f"{url}/new", follow_redirects=True)
    assert "Take the cancellation back first." in answer.text
    assert preview(ada, url, subscription.item.price, 2).status_code == 409
    assert "neither changed nor paused" in ada.get(f"/p/subscriptions/{subscription.id}").text
