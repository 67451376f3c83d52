"""The next invoice is foretold as it will be issued."""

from datetime import timedelta

import pytest

from portal.billing import discounts
from portal.billing.invoices import Invoice
from portal.billing.upcoming import upcoming_invoice
from tests.factories import NOW, a_coupon, a_customer, a_price, a_subscription, utc

pytestmark = pytest.mark.usefixtures("db")


def test_it_says_what_the_renewal_then_bills():
    customer = a_customer()
    price = a_price(merchant=customer.merchant, unit_amount=1000, tax_behavior="exclusive")
    subscription = a_subscription(customer=customer, price=price, quantity=3)

    foretold = upcoming_invoice(subscription, NOW)
    subscription.renew(at=subscription.current_period_end)
    billed = subscription.invoices.order_by(-subscription.invoices.model.period_index).first()

    assert (foretold.total, foretold.tax) == (3570, 570) == (billed.total, billed.tax)
    assert foretold.issued_at == billed.issued_at == utc(2026, 4, 10, 8, 30)
    line = foretold.lines[0].item
    assert line.period_end == subscription.current_period_end


def test_a_trial_ends_with_the_first_invoice():
    subscription = a_subscription(trial_days=14)
    foretold = upcoming_invoice(subscription, NOW)
    assert foretold.issued_at == subscription.trial_end
    assert foretold.total == 1999


def test_after_its_own_discount_that_of_the_customer_counts():
    subscription = a_subscription()
    merchant, customer = subscription.merchant, subscription.customer
    for_a_month = {"percent_off": 5000, "duration": "repeating", "duration_in_months": 1}
    own = a_coupon(merchant=merchant, **for_a_month)
    shared = a_coupon(merchant=merchant, percent_off=1000, duration="forever")
    discounts.give(own, customer, subscription, at=NOW - timedelta(hours=2))
    discounts.give(shared, customer, at=NOW)

    said = upcoming_invoice(subscription, NOW)

    subscription.renew(at=subscription.current_period_end)
    billed = subscription.invoices.order_by(Invoice.id.desc()).first()
    assert said.total == billed.total == 1799


def test_one_that_waits_for_the_billing_run_comes_now():
    subscription = a_subscription()
    late = utc(2026, 4, 12)
    assert upcoming_invoice(subscription, late).issued_at == late


def test_none_comes_of_one_that_ends():
    subscription = a_subscription()
    subscription.cancel(at=NOW)
    assert upcoming_invoice(subscription, NOW) is None


def test_none_comes_of_one_that_ended_or_never_began():
    ended = a_subscription()
    ended.cancel_now(at=NOW)
    unpaid = a_subscription(paid=False)
    assert upcoming_invoice(ended, NOW) is None
    assert upcoming_invoice(unpaid, NOW) is None
