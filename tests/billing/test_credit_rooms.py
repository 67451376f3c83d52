import pytest

from portal.billing.credit_notes import CreditNote, CreditNoteLine, CreditReason
from portal.billing.crediting import credit_items
from portal.billing.invoices import Invoice
from portal.billing.invoicing import Item
from portal.billing.payments import Payment
from portal.billing.subscriptions import Subscription
from portal.billing.tax import TaxBehavior
from tests.factories import (
    NOW,
    a_credit_note,
    a_customer,
    a_payment_method,
    a_price,
    a_subscription,
)

pytestmark = pytest.mark.usefixtures("db")


def unused(subscription: Subscription, amount: int, **given: object) -> Item:
    price = subscription.item.price
    item = Item.of_price(price, 1, period_start=NOW, period_end=subscription.current_period_end)
    return item._replace(description="Unused time", amount=-amount, **given)


def test_unused_time_becomes_a_credit_note_and_its_money_the_balance():
    subscription = a_subscription()

    [note] = credit_items(subscription, [unused(subscription, 1000)], at=NOW)

    assert (note.reason, note.total, note.balance_amount) == (CreditReason.PRORATION, 1000, 1000)
    assert subscription.customer.reload().balance == 1000
    line = CreditNoteLine.of(note).get()
    assert (line.description, line.period_start) == ("Unused time", NOW)


def test_unused_time_of_an_open_invoice_reduces_what_is_due():
    subscription = a_subscription(paid=False)

    [note] = credit_items(subscription, [unused(subscription, 1000)], at=NOW)

    assert (note.due_amount, note.balance_amount) == (1000, 0)
    assert subscription.invoices.get().amount_due == 999


def test_while_a_payment_is_under_way_unused_time_goes_to_the_balance():
    subscription = a_subscription(paid=False)
    invoice = subscription.invoices.get()
    method = a_payment_method(customer=subscription.customer)
    Payment.begin(invoice, method, at=NOW)

    [note] = credit_items(subscription, [unused(subscription, 1000)], at=NOW)

    assert note.balance_amount == 1000
    assert invoice.reload().amount_due == 1999


def test_an_amount_before_tax_is_credited_with_its_tax():
    price = a_price(unit_amount=2000, tax_behavior=TaxBehavior.EXCLUSIVE)
    subscription = a_subscription(price=price, customer=a_customer(merchant=price.merchant))

    [note] = credit_items(subscription, [unused(subscription, 1000)], at=NOW)

    assert (note.subtotal, note.tax, note.total) == (1000, 190, 1190)


def test_nothing_is_credited_that_was_never_billed():
    subscription = a_subscription()

    [note] = credit_items(subscription, [unused(subscription, 5000)], at=NOW)

    assert note.total == 1999


def test_a_void_invoice_gives_nothing_back():
    subscription = a_subscription(paid=False)
    subscription.invoices.get().void(at=NOW)

    assert credit_items(subscription, [unused(subscription, 1000)], at=NOW) == []


def test_what_was_credited_before_is_not_credited_again():
    subscription = a_subscription()
    a_credit_note(subscription.invoices.get(), 1500)

    [note] = credit_items(subscription, [unused(subscription, 1000)], at=NOW)

    assert note.total == 499


def test_the_newest_invoice_is_credited_first_and_then_older_ones():
    subscription = a_subscription()
    subscription.renew(at=subscription.current_period_end)
    newest, oldest = subscription.invoices.order_by(Invoice.id.desc())
    newest.pay(1999, at=NOW)

    notes = credit_items(subscription, [unused(subscription, 2500)], at=NOW)

    assert [(note.invoice, note.total) for note in notes] == [(newest, 1999), (oldest, 501)]


def test_two_items_on_one_invoice_are_one_credit_note():
    subscription = a_subscription()

    credit_items(subscription, [unused(subscription, 300), unused(subscription, 200)], at=NOW)

    note = CreditNote.get()
    assert note.total == 500
    assert CreditNoteLine.of(note).count() == 2
