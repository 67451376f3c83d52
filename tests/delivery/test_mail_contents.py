"""What mails say of sums that do not speak for themselves, of terms, and of who writes."""

import re
from datetime import timedelta

import pytest

from portal.billing.corrections import correct
from portal.billing.credit_notes import CreditNote
from portal.billing.invoicing import issue
from portal.billing.items import Item
from portal.billing.subscription_status import CollectionMethod
from portal.billing.tax import TaxBehavior
from tests.factories import (
    NOW,
    a_balance,
    a_credit_note,
    a_customer,
    a_merchant,
    a_paid_invoice,
    a_payment_method,
    a_price,
    a_product,
    a_subscription,
    an_invoice,
)
from tests.support.mail_server import html_of, text_of

FACTS = {
    "registration_number": "Amtsgericht Hamburg, HRB 123456",
    "legal_note": "Managing director: Ada Nordlicht",
    "vat_id": "DE136695976",
}


@pytest.fixture
def customer(db):
    return a_customer(merchant=a_merchant(**FACTS))


@pytest.fixture
def last(run_once, mails):
    def last() -> str:
        assert run_once().is_clean
        return text_of(mails()[-1])

    return last


def test_what_the_balance_paid_is_told_between_total_and_rest(last, customer):
    a_balance(customer, 380)
    an_invoice(customer=customer)
    text = last()

    assert "€20.00 is due by" in text
    for row in ("Total: €23.80", "Paid from your credit balance: €3.80", "Amount due: €20.00"):
        assert row in text


def test_a_plain_invoice_tells_its_sum_once(last, customer):
    an_invoice(customer=customer)

    assert "Amount due" not in last()


def test_a_receipt_adds_up(last, customer):
    a_balance(customer, 380)
    invoice = an_invoice(customer=customer)
    invoice.pay(invoice.amount_due, at=NOW)
    text = last()

    assert "Paid from your credit balance: €3.80" in text
    assert "Amount paid: €20.00" in text


def test_lines_of_a_change_say_which_part_of_the_period_they_are_for(run_once, mails, customer):
    old, new = (
        Item("Consulting", 1, amount, amount, TaxBehavior.INCLUSIVE, "", is_proration=True)
        for amount in (-500, 1500)
    )
    issue(customer, [old, new], currency="EUR", at=NOW)
    assert run_once().is_clean

    for words in (text_of(mails()[-1]), html_of(mails()[-1])):
        assert "Unused time: Consulting" in words
        assert "Rest of the period: Consulting" in words


@pytest.mark.parametrize("paid", [True, False])
def test_a_credit_note_says_where_its_money_goes(last, customer, paid):
    make = a_paid_invoice if paid else an_invoice
    a_credit_note(make(customer=customer), 1000)
    text = last()

    assert ("returned by the payment method" in text) is paid
    assert ("deducted from what is still due" in text) is not paid
    assert "/p/i/" in text


def test_a_corrected_invoice_comes_with_the_credit_note(run_once, mails, customer):
    invoice = a_paid_invoice(customer=customer)
    customer.change(company="Analytical Engines", at=NOW)
    corrected = correct(invoice.reload(), at=NOW)
    assert run_once().is_clean
    mail = next(mail for mail in mails() if "credit note" in text_of(mail))
    names = [part.get_filename() for part in mail.iter_attachments()]

    assert f"{corrected.number}.pdf" in names
    assert f"The corrected invoice {corrected.number} is attached, too." in text_of(mail)
    assert "What you have paid, €23.80, counts towards it." in text_of(mail)
    assert "added to your credit balance" not in text_of(mail)


def test_who_ended_at_once_reads_what_is_given_back(last, customer):
    subscription = a_subscription(customer=customer)
    subscription.cancel_now(at=NOW + timedelta(days=2), credits_rest=True)

    given_back = CreditNote.get().balance_amount
    assert f"€{given_back / 100:.2f} is added to your credit balance." in last()


def test_every_mail_says_who_the_merchant_is(run_once, mails, customer):
    an_invoice(customer=customer)
    run_once()

    for words in (text_of(mails()[0]), html_of(mails()[0])):
        for fact in FACTS.values():
            assert fact in words


def test_a_french_register_is_named(last):
    merchant = a_merchant(country="FR", registration_number="732829320")
    an_invoice(customer=a_customer(merchant=merchant))

    assert "SIREN\u00a0732\u00a0829\u00a0320" in last()


def trial_of(customer, method: CollectionMethod):
    return a_subscription(customer=customer, trial_days=3, collection_method=method)


def test_who_pays_by_invoice_is_not_told_of_a_charge(last, customer):
    trial = trial_of(customer, CollectionMethod.SEND_INVOICE)
    trial.record_event("customer.subscription.trial_will_end", NOW)
    text = last()

    assert "you get an invoice for €19.99 on that day" in text
    assert "payment method before then" not in text
    assert "will be charged" not in text


def test_who_is_bound_is_billed_until_the_end(last, customer):
    subscription = a_subscription(customer=customer)
    subscription.minimum_term_months = 12
    subscription.save()
    subscription.cancel(at=NOW)
    text = last()

    assert "until 10 March 2027" in text
    assert "Until then it is billed as before." in text
    assert "No further invoices" not in text


def test_who_is_bound_is_not_told_to_cancel_before_the_renewal(last, customer):
    subscription = a_subscription(customer=customer)
    subscription.minimum_term_months = 12
    subscription.save()
    subscription.record_event("customer.subscription.renewal_announced", NOW)
    text = last()

    assert "If you cancel it now in the customer portal, it ends on 10 March 2027." in text


def test_a_changed_plan_says_how_often_and_how_many(last, customer):
    product = a_product(merchant=customer.merchant, name="Letter")
    a_payment_method(customer=customer)
    subscription = a_subscription(customer=customer, price=a_price(product=product))
    subscription.record_event(
        "customer.subscription.updated",
        NOW,
        previous_price="price_before",
        previous_quantity="5",
        quantity="1",
    )
    text = last()

    assert "It is billed every month." in text
    assert "Quantity: 1" in text


def test_a_failed_payment_tells_reason_and_next_step_apart(last, customer):
    invoice = an_invoice(customer=customer)
    invoice.record_event("invoice.payment_failed", NOW, reason="expired_card")

    assert "The card has expired.\r\n\r\nWe will not try" in last()


def test_a_word_without_end_breaks_on_a_phone(run_once, mails, customer):
    an_invoice(customer=customer)
    run_once()
    (sheet,) = re.findall(r'<table[^>]*class="page"[^>]*>', html_of(mails()[0]))

    assert "overflow-wrap: anywhere" in sheet
