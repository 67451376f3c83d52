"""What an invoice of the billing run carries besides its period."""

import pytest

from portal.billing import customer_balances, cycle, discounts
from portal.billing.coupons import CouponDuration
from portal.billing.customer_balances import BalanceReason
from portal.billing.customers import Customer
from portal.billing.discounts import Discount
from portal.billing.invoice_items import InvoiceItem
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_status import CollectionMethod
from portal.database import database
from tests.billing.tills import Till
from tests.factories import (
    NOW,
    a_coupon,
    a_customer,
    a_merchant,
    a_payment_method,
    a_price,
    a_subscription,
    utc,
)

pytestmark = pytest.mark.usefixtures("db")
AFTER = [utc(2026, month, 11) for month in (4, 5, 6)]
SENT = {"collection_method": CollectionMethod.SEND_INVOICE}


def run(at=AFTER[0], till=None) -> Till:
    till = till or Till()
    report = cycle.run(at, gateway_for=till)
    assert report.failures == []
    return till


def renewals(subscription) -> list[Invoice]:
    mine = subscription.invoices.where(Invoice.billing_reason == "subscription_cycle")
    return list(mine.order_by(Invoice.period_index))


@pytest.fixture
def subscription():
    customer = a_customer()
    a_payment_method(customer=customer)
    return a_subscription(customer=customer)


def waiting(subscription, amount: int, **given) -> InvoiceItem:
    return InvoiceItem.create(
        merchant=subscription.merchant_id,
        customer=subscription.customer_id,
        subscription=subscription,
        currency="EUR",
        description="Setup",
        amount=amount,
        created_at=NOW,
        **given,
    )


# ── discounts ────────────────────────────────────────────────────────────────────────────────


def test_a_discount_is_on_the_line_and_the_tax_is_of_the_rest(subscription):
    coupon = a_coupon(
        merchant=subscription.merchant, percent_off=5000, duration=CouponDuration.FOREVER
    )
    discounts.give(coupon, subscription.customer, subscription, at=NOW)
    run()

    (invoice,) = renewals(subscription)
    line = InvoiceLine.of(invoice).get()
    assert (line.amount, line.discount_amount, line.discount_name) == (1999, 1000, coupon.name)
    assert (line.gross, line.tax) == (999, 160)
    assert invoice.amount_paid == 999


def test_a_discount_for_one_invoice_reduces_one_of_those_that_are_caught_up(subscription):
    coupon = a_coupon(
        merchant=subscription.merchant, percent_off=5000, duration=CouponDuration.ONCE
    )
    discounts.give(coupon, subscription.customer, subscription, at=NOW)
    run(AFTER[2])

    assert [invoice.total for invoice in renewals(subscription)] == [999, 1999, 1999]
    assert Discount.get().ended_at == renewals(subscription)[0].issued_at


def test_a_customers_discount_for_one_invoice_reduces_one_subscription_only(subscription):
    other = a_subscription(customer=subscription.customer, price=subscription.item.price)
    coupon = a_coupon(
        merchant=subscription.merchant, percent_off=5000, duration=CouponDuration.ONCE
    )
    discounts.give(coupon, subscription.customer, at=NOW)
    run()

    totals = [renewals(each)[0].total for each in (subscription, other)]
    assert sorted(totals) == [999, 1999]


def test_what_is_missed_is_reduced_by_what_was_in_force_then(subscription):
    coupon = a_coupon(
        merchant=subscription.merchant,
        percent_off=5000,
        duration=CouponDuration.REPEATING,
        duration_in_months=2,
    )
    discounts.give(coupon, subscription.customer, subscription, at=NOW)
    run(AFTER[2])
    assert [invoice.total for invoice in renewals(subscription)] == [999, 1999, 1999]


# ── what waits, and credit ───────────────────────────────────────────────────────────────────


def test_the_next_invoice_carries_what_waits_for_it_once(subscription):
    row = waiting(subscription, 500)
    run(AFTER[1])

    assert [invoice.total for invoice in renewals(subscription)] == [2499, 1999]
    assert row.reload().invoice == renewals(subscription)[0]
    assert row.reload().billed_at == renewals(subscription)[0].issued_at


def test_a_small_credit_is_a_line_of_the_invoice(subscription):
    waiting(subscription, -500)
    run()
    assert renewals(subscription)[0].amount_paid == 1499


def test_more_credit_than_the_period_costs_becomes_balance_and_pays_it():
    dear = a_price(unit_amount=10000)
    customer = a_customer(merchant=dear.merchant)
    a_payment_method(customer=customer)
    subscription = a_subscription(customer=customer, price=dear)
    item = subscription.item
    item.price = a_price(product=dear.product, unit_amount=1000)
    item.save()
    waiting(subscription, -5000, price=dear)
    till = run()

    (invoice,) = renewals(subscription)
    assert (invoice.total, invoice.amount_from_balance, invoice.status) == (1000, 1000, "paid")
    assert Customer.get_by_id(customer.id).balance == 4000
    assert till.keys == []
    assert InvoiceItem.select().where(InvoiceItem.billed_at.is_null()).count() == 0


def test_the_balance_pays_first_and_the_card_the_rest(subscription):
    customer_balances.move(subscription.customer, 500, reason=BalanceReason.ADJUSTMENT, at=NOW)
    run()

    (invoice,) = renewals(subscription)
    assert (invoice.amount_from_balance, invoice.amount_paid) == (500, 1499)
    assert invoice.document["amount_from_balance"] == 500
    assert Customer.get_by_id(subscription.customer_id).balance == 0


def test_two_subscriptions_share_one_balance(subscription):
    other = a_subscription(customer=subscription.customer, price=subscription.item.price)
    customer_balances.move(subscription.customer, 2500, reason=BalanceReason.ADJUSTMENT, at=NOW)
    run()

    taken = [renewals(each)[0].amount_from_balance for each in (subscription, other)]
    assert sorted(taken) == [501, 1999]


# ── plans ────────────────────────────────────────────────────────────────────────────────────


def test_a_change_that_waits_takes_effect_with_its_period(subscription):
    price = a_price(product=subscription.item.price.product, unit_amount=500)
    ScheduledChange.schedule(subscription, price, 3, at=NOW)
    run(AFTER[1])

    assert [invoice.total for invoice in renewals(subscription)] == [1500, 1500]
    assert ScheduledChange.get().applied_at == renewals(subscription)[0].issued_at


def test_another_interval_counts_from_the_moment_it_takes_effect(subscription):
    price = a_price(product=subscription.item.price.product, unit_amount=12000, interval="year")
    ScheduledChange.schedule(subscription, price, 1, at=NOW)
    run(AFTER[2])

    (invoice,) = renewals(subscription)
    assert invoice.total == 12000
    assert subscription.reload().current_period_end == utc(2027, 4, 10, 8, 30)


# ── cost ─────────────────────────────────────────────────────────────────────────────────────


def statements_of(monkeypatch, at) -> int:
    asked = []
    execute = database.obj.execute_sql

    def counted(sql, *given, **more):
        asked.append(sql)
        return execute(sql, *given, **more)

    with monkeypatch.context() as patched:
        patched.setattr(database.obj, "execute_sql", counted)
        run(at)
    return len(asked)


def test_ten_cost_no_more_statements_than_one(monkeypatch):
    merchant = a_merchant()
    price = a_price(merchant=merchant)

    def begin(count: int) -> None:
        for _ in range(count):
            customer = a_customer(merchant=merchant)
            a_payment_method(customer=customer)
            a_subscription(customer=customer, price=price)

    begin(1)
    one = statements_of(monkeypatch, AFTER[0])
    begin(9)
    ten = statements_of(monkeypatch, AFTER[1])
    assert ten <= one
