"""What can be agreed on when a subscription is given: discount, term, notice, a later beginning."""

import re
from datetime import timedelta

import pytest

from portal.billing.coupons import Coupon, Discount
from portal.billing.subscription_status import SubscriptionStatus, TrialEndAction
from portal.billing.subscriptions import Subscription
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from tests.factories import (
    NOW,
    a_customer,
    a_login_link,
    a_price,
    a_product,
    a_subscription,
    a_user,
)

URL = "/dashboard/subscriptions"


@pytest.fixture
def user(db):
    return a_user()


@pytest.fixture
def customer(user):
    return a_customer(merchant=user.merchant)


@pytest.fixture
def begin(staff, user, customer):
    """Previews and confirms; answers the preview and what began."""
    client = staff(user)
    price = a_price(product=a_product(merchant=user.merchant, name="Herbs"))

    def begin(**given):
        data = {"customer_id": customer.id, "price": price.id, "quantity": "1"}
        data |= {"trial_days": "", "collection": "send_invoice", "days_until_due": "14"}
        shown = client.post(f"{URL}/previews", data=data | given)
        quote = re.search(r'name="quote" value="([^"]+)"', shown.text)
        if quote:
            client.post(URL, data={"quote": quote[1]})
        return shown, Subscription.get_or_none(Subscription.customer == customer)

    return begin


def test_a_minimum_term_and_notice_are_agreed_on_and_shown(begin, staff, user):
    shown, subscription = begin(minimum_term_months="12", notice_days="30")

    assert "12 months" in shown.text
    assert "30 days" in shown.text
    assert (subscription.minimum_term_months, subscription.notice_days) == (12, 30)
    page = staff(user).get(f"{URL}/{subscription.id}").text
    assert "Can end on" in page
    assert "Minimum term" in page


@pytest.mark.parametrize("wrong", [{"minimum_term_months": "121"}, {"notice_days": "366"}])
def test_terms_beyond_reason_are_refused(begin, wrong):
    shown, subscription = begin(**wrong)

    assert shown.status_code == 422
    assert subscription is None


def test_a_coupon_reduces_the_first_invoice_as_previewed(begin, user):
    coupon = Coupon.create(
        merchant=user.merchant, name="Spring", percent_off=5000, duration="forever", created_at=NOW
    )
    shown, subscription = begin(coupon=coupon.id)

    assert "Spring" in shown.text
    assert "€10.00" in shown.text or "€9.99" in shown.text
    assert subscription.invoices.first().total in {999, 1000}
    assert Discount.get().subscription_id == subscription.id


def test_another_merchants_coupon_cannot_be_chosen(begin):
    other = Coupon.create(
        merchant=a_user().merchant, name="Other", percent_off=5000, duration="once", created_at=NOW
    )
    shown, subscription = begin(coupon=other.id)

    assert shown.status_code == 422
    assert subscription is None


def test_billing_can_begin_later(begin, user):
    day = user.merchant.day(now()) + timedelta(days=40)
    shown, subscription = begin(free_until=day.isoformat(), trial_end_action="pause")

    assert shown.status_code == 200
    assert subscription.status == SubscriptionStatus.TRIALING
    assert user.merchant.day(subscription.trial_end) == day
    assert subscription.trial_end_action == TrialEndAction.PAUSE
    assert not subscription.invoices.exists()


def test_a_beginning_in_the_past_is_refused(begin):
    shown, _ = begin(free_until="2020-01-01")

    assert shown.status_code == 422
    assert "Choose a day in the future." in shown.text


def test_a_bound_customer_sees_when_it_can_end_and_ends_then(sign_in, user, customer):
    a_login_link(merchant=user.merchant)
    subscription = a_subscription(customer=customer, at=now() - timedelta(days=1))
    subscription.minimum_term_months, subscription.notice_days = 12, 30
    subscription.save()
    client = sign_in(customer)

    assert "Can end on" in client.get(f"/p/subscriptions/{subscription.id}").text
    page = client.get(f"/p/subscriptions/{subscription.id}/cancellation/new").text
    assert "By the terms of your contract it can end on" in page
    client.post(f"/p/subscriptions/{subscription.id}/cancellation")

    assert subscription.reload().cancel_at - now() > timedelta(days=360)
    assert "Ends on" in client.get("/p/").text


def test_contract_terms_go_before_ending_at_once(sign_in, user, customer):
    a_login_link(merchant=user.merchant)
    configuration = PortalConfiguration.default_of(user.merchant)
    configuration.change(at=NOW, cancellation_mode="immediately")
    subscription = a_subscription(customer=customer, at=now() - timedelta(days=1))
    subscription.notice_days = 14
    subscription.save()
    sign_in(customer).post(f"/p/subscriptions/{subscription.id}/cancellation")

    subscription.refresh()
    assert subscription.is_live
    assert subscription.is_ending
