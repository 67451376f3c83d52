"""What is shown before saving is what is billed."""

from datetime import timedelta

import pytest

from portal.billing import discounts
from portal.billing.errors import (
    AmountTooLarge,
    CurrencyIsFixed,
    InvoiceEmpty,
    PriceNotUsable,
)
from portal.billing.estimates import estimate, estimate_first_invoice
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoicing import Item, issue
from portal.billing.money import QuantityOutOfRange
from portal.billing.subscribing import subscribe
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscriptions import Subscription
from portal.billing.tax import TaxBehavior
from portal.billing.tax_totals import taxes_by_rate
from tests.factories import NOW, a_coupon, a_customer, a_price, a_product

INCLUSIVE, EXCLUSIVE = TaxBehavior.INCLUSIVE, TaxBehavior.EXCLUSIVE
SENT = CollectionMethod.SEND_INVOICE


def items():
    return [
        Item("Consulting", 3, 999, 333, INCLUSIVE, "digital_service"),
        Item("Setup", 1, 12345, 12345, EXCLUSIVE, "services"),
        Item("Book", 7, 1393, 199, INCLUSIVE, "books"),
    ]


def test_an_estimate_has_the_sums_of_the_invoice(db):
    customer = a_customer()
    shown = estimate(customer, items(), currency="EUR", at=NOW, days_until_due=30)
    billed = issue(customer, items(), currency="EUR", at=NOW, days_until_due=30)
    lines = list(InvoiceLine.of(billed))

    assert (shown.subtotal, shown.tax, shown.total) == (billed.subtotal, billed.tax, billed.total)
    assert shown.taxes == taxes_by_rate(lines)
    assert [line.gross for line in shown.lines] == [line.gross for line in lines]
    assert shown.due_at == billed.due_at


def test_an_estimate_saves_nothing(db):
    customer = a_customer()
    estimate(customer, items(), currency="EUR", at=NOW)

    assert customer.invoices.count() == 0
    assert customer.reload().currency is None


@pytest.mark.parametrize("collection", list(CollectionMethod))
def test_the_first_invoice_is_as_estimated(db, collection):
    customer = a_customer(country="FR")
    price = a_price(merchant=customer.merchant, unit_amount=1234, tax_behavior=EXCLUSIVE)
    given = {"at": NOW, "quantity": 3, "collection_method": collection, "days_until_due": 10}
    shown = estimate_first_invoice(customer, price, **given)
    billed = subscribe(customer, price, **given).invoices.get()
    line = InvoiceLine.of(billed).get()

    assert (shown.subtotal, shown.tax, shown.total) == (billed.subtotal, billed.tax, billed.total)
    assert shown.due_at == billed.due_at
    assert shown.lines[0].item.period_start == line.period_start
    assert shown.lines[0].item.period_end == line.period_end


def test_after_a_trial_the_first_invoice_is_as_estimated(db):
    customer = a_customer()
    price = a_price(merchant=customer.merchant, trial_days=14)
    shown = estimate_first_invoice(customer, price, at=NOW)
    subscription = subscribe(customer, price, at=NOW)
    subscription.renew(at=NOW + timedelta(days=14))
    billed = subscription.invoices.get()

    assert shown.issued_at == billed.issued_at == NOW + timedelta(days=14)
    assert shown.total == billed.total
    assert shown.lines[0].item.period_end == InvoiceLine.of(billed).get().period_end


@pytest.mark.parametrize("own", [None, 1000])
def test_what_a_customer_has_for_all_subscriptions_reduces_a_new_one(db, own):
    customer = a_customer()
    merchant, price = customer.merchant, a_price(merchant=customer.merchant)
    discounts.give(a_coupon(merchant=merchant, percent_off=5000), customer, at=NOW)
    coupon = a_coupon(merchant=merchant, percent_off=own) if own else None
    shown = estimate_first_invoice(customer, price, at=NOW, coupon=coupon)
    billed = subscribe(customer, price, at=NOW, coupon=coupon).invoices.get()

    assert shown.total == billed.total == (1799 if own else 999)


def test_no_trial_wins_over_the_trial_of_the_price(db):
    price = a_price(trial_days=14)
    customer = a_customer(merchant=price.merchant)

    assert estimate_first_invoice(customer, price, at=NOW, trial_days=0).issued_at == NOW


def test_what_could_not_be_issued_is_not_estimated(db):
    customer = a_customer(currency="CHF")
    huge = Item("Yacht", 1, 99_999_999_999_999, None, EXCLUSIVE, "services")

    with pytest.raises(InvoiceEmpty):
        estimate(customer, [], currency="CHF", at=NOW)
    with pytest.raises(CurrencyIsFixed):
        estimate(customer, items(), currency="EUR", at=NOW)
    with pytest.raises(AmountTooLarge):
        estimate(customer, [huge], currency="CHF", at=NOW)


def test_a_subscription_that_could_not_begin_is_not_estimated(db):
    product = a_product()
    customer = a_customer(merchant=product.merchant)
    once = a_price(product=product, interval=None)

    with pytest.raises(PriceNotUsable):
        estimate_first_invoice(customer, once, at=NOW)
    with pytest.raises(QuantityOutOfRange):
        estimate_first_invoice(customer, a_price(product=product), at=NOW, quantity=0)


def test_subscribing_twice_with_one_id_begins_one_subscription(db):
    price = a_price()
    customer = a_customer(merchant=price.merchant)
    given = {"at": NOW, "subscription_id": "sub_" + "7" * 22}

    assert subscribe(customer, price, **given) == subscribe(customer, price, **given)
    assert Subscription.select().where(Subscription.customer == customer).count() == 1
    assert customer.invoices.count() == 1
