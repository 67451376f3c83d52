"""The end of a subscription: on the day that was agreed, with everything settled."""

from datetime import timedelta

import pytest

from portal.billing import cycle
from portal.billing.invoice_items import InvoiceItem
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.subscription_status import CollectionMethod, SubscriptionStatus
from portal.gateways import gateway_for
from tests.factories import (
    NOW,
    a_credit_note,
    a_customer,
    a_payment_method,
    a_price,
    a_subscription,
    utc,
)

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def customer():
    customer = a_customer()
    a_payment_method(customer=customer)
    return customer


@pytest.fixture
def bound(customer):
    """By the month, for a year at least, with 30 days' notice."""
    subscription = a_subscription(customer=customer)
    subscription.minimum_term_months, subscription.notice_days = 12, 30
    subscription.save()
    return subscription


def run(at):
    for _ in range(12):
        if not cycle.run(at, gateway_for=gateway_for).is_unfinished:
            return


def test_a_bound_customer_pays_until_the_end_of_the_term(bound):
    bound.cancel(at=NOW)
    assert bound.ends_at == utc(2027, 3, 10, 9, 30)

    run(utc(2027, 3, 10, 9, 29))
    assert bound.reload().status == SubscriptionStatus.ACTIVE
    run(utc(2027, 3, 10, 9, 30))

    ended = bound.reload()
    assert (ended.status, ended.ended_at) == (SubscriptionStatus.CANCELED, utc(2027, 3, 10, 9, 30))
    assert ended.invoices.count() == 12


def test_who_may_leave_within_a_period_gets_the_rest_back(bound):
    run(utc(2027, 4, 1))
    bound.refresh()
    bound.cancel(at=utc(2027, 4, 1, 8, 30))
    assert bound.ends_at == utc(2027, 5, 1, 8, 30)

    run(utc(2027, 5, 2))

    customer = bound.customer.reload()
    # From 10 April to 10 May are 30 days, nine of them are left on 1 May: 19,99 € × 9 / 30.
    assert customer.balance == 600
    assert bound.reload().ended_at == utc(2027, 5, 1, 8, 30)


def test_a_cancellation_for_a_later_end_can_be_taken_back(bound):
    bound.cancel(at=NOW)
    bound.reinstate(at=NOW)
    assert bound.ends_at is None

    run(utc(2027, 3, 11))
    assert bound.reload().status == SubscriptionStatus.ACTIVE


def test_canceling_now_keeps_what_was_paid_unless_told_otherwise(customer):
    half_way = NOW + timedelta(days=15, hours=12)
    for credits_rest, balance in ((False, 0), (True, 998)):
        subscription = a_subscription(customer=customer)
        subscription.cancel_now(at=half_way, credits_rest=credits_rest)
        assert customer.reload().balance == balance
        assert subscription.reload().status == SubscriptionStatus.CANCELED


def waiting(subscription, amount: int) -> InvoiceItem:
    return InvoiceItem.create(
        merchant=subscription.merchant_id,
        customer=subscription.customer_id,
        subscription=subscription,
        period_index=subscription.period_index,
        currency="EUR",
        description="Rest of a month",
        amount=amount,
        price=subscription.item.price,
        is_proration=True,
        created_at=NOW,
    )


def test_what_waited_to_be_billed_is_billed_at_the_end(customer):
    subscription = a_subscription(customer=customer)
    row = waiting(subscription, 700)
    subscription.cancel(at=NOW)

    run(subscription.current_period_end)

    last = Invoice.get(Invoice.billing_reason == "subscription_end")
    assert (last.total, last.status) == (700, InvoiceStatus.PAID)
    assert row.reload().invoice_id == last.id


def test_what_was_to_be_given_back_is_given_back_at_the_end(customer):
    subscription = a_subscription(customer=customer)
    row = waiting(subscription, -500)
    subscription.cancel(at=NOW)

    run(subscription.current_period_end)

    assert customer.reload().balance == 500
    assert row.reload().billed_at
    assert not Invoice.select().where(Invoice.billing_reason == "subscription_end").exists()


def test_who_pays_by_invoice_gets_a_last_one(customer):
    subscription = a_subscription(
        customer=customer, collection_method=CollectionMethod.SEND_INVOICE
    )
    waiting(subscription, 700)
    subscription.cancel_now(at=NOW + timedelta(days=3))

    last = Invoice.get(Invoice.billing_reason == "subscription_end")
    assert last.due_at == NOW + timedelta(days=17)


def test_a_year_without_a_term_is_kept_to_its_end(customer):
    subscription = a_subscription(customer=customer, price=a_price(interval="year"))
    subscription.cancel(at=utc(2026, 6, 1))

    assert subscription.ends_at == utc(2027, 3, 10, 9, 30)
    run(utc(2027, 3, 11))
    assert customer.reload().balance == 0


def test_what_is_given_back_at_the_end_pays_what_is_charged_then(customer):
    subscription = a_subscription(customer=customer)
    waiting(subscription, -1000)
    charge = waiting(subscription, 400)
    subscription.cancel(at=NOW)

    run(subscription.current_period_end)

    last = Invoice.get(Invoice.billing_reason == "subscription_end")
    assert (last.total, last.amount_from_balance, last.status) == (400, 400, InvoiceStatus.PAID)
    assert charge.reload().invoice_id == last.id
    assert customer.reload().balance == 600


def test_what_includes_vat_is_not_added_to_what_does_not(customer):
    subscription = a_subscription(customer=customer)
    waiting(subscription, 1000)
    given_back = waiting(subscription, -900)  # 1071 with VAT
    given_back.tax_behavior = "exclusive"
    given_back.save()

    subscription.cancel_now(at=NOW)

    last = Invoice.get(Invoice.billing_reason == "subscription_end")
    assert (last.total, last.amount_from_balance) == (1000, 1000)
    assert customer.reload().balance == 71


def test_a_first_invoice_credited_in_part_does_not_keep_a_subscription_from_ending(customer):
    subscription = a_subscription(customer=customer, paid=False)
    invoice = subscription.invoices.get()
    a_credit_note(invoice, 500)

    run(NOW + timedelta(hours=24))

    assert subscription.reload().status == SubscriptionStatus.INCOMPLETE_EXPIRED
    invoice = invoice.reload()
    assert (invoice.amount_due, invoice.total_credited) == (0, invoice.total)
    assert customer.reload().balance == 0
