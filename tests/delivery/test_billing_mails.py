"""Mails about money and changes: told once, while it is true, in the reader's language."""

from datetime import date, timedelta

import pytest

from portal.billing import events
from portal.billing.gateway import Charge, PaymentStatus
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment
from portal.billing.scheduled_changes import ScheduledChange
from tests.factories import (
    NOW,
    a_customer,
    a_login_link,
    a_merchant,
    a_payment_method,
    a_price,
    a_product,
    a_subscription,
    a_user,
    an_invoice,
)
from tests.support.mail_server import text_of

LATER = NOW + timedelta(days=3)


@pytest.fixture
def customer(db):
    link = a_login_link()
    return a_customer(merchant=link.merchant, email="ada@example.test")


@pytest.fixture
def subscription(customer):
    a_payment_method(customer=customer)
    product = a_product(merchant=customer.merchant, name="Garden letter")
    return a_subscription(customer=customer, price=a_price(product=product))


@pytest.fixture
def told(run_once, mails):
    """What the last mail about an event said, or None."""

    def after(type_: str, record, **data):
        run_once()
        before = len(mails())
        events.record(
            type_,
            record.merchant_id,
            at=NOW,
            object_id=record.id,
            customer_id=getattr(record, "customer_id", ""),
            **data,
        )
        assert run_once().is_clean
        found = mails()[before:]
        assert len(found) <= 1
        return found[0] if found else None

    return after


def test_a_failed_payment_says_why_and_when_it_is_tried_again(told, customer):
    invoice = an_invoice(customer=customer)
    mail = told(
        "invoice.payment_failed",
        invoice,
        reason="insufficient_funds",
        next_attempt_at=LATER.isoformat(),
    )

    assert mail["To"] == "ada@example.test"
    assert invoice.number in mail["Subject"]
    text = text_of(mail)
    assert "There is not enough money in the account." in text
    assert "We will try again on 13 March 2026." in text
    assert "/p/i/" in text


def test_a_failed_payment_that_is_not_repeated_says_so(told, customer):
    mail = told("invoice.payment_failed", an_invoice(customer=customer), reason="lost_card")

    assert "We will not try again by ourselves." in text_of(mail)


def test_who_has_to_confirm_a_payment_is_asked_to(told, customer):
    method = a_payment_method(customer=customer)
    payment = Payment.begin(an_invoice(customer=customer), method, at=NOW)
    payment.settle(Charge(PaymentStatus.REQUIRES_ACTION, "ch_1"), at=NOW)
    mail = told("payment.requires_action", payment)

    assert "Please confirm" in mail["Subject"]
    assert "/p/i/" in text_of(mail)


def test_what_was_paid_meanwhile_is_not_complained_about(told, customer):
    invoice = an_invoice(customer=customer)
    invoice.pay(invoice.amount_due, at=NOW)

    assert told("invoice.payment_failed", invoice) is None
    assert told("invoice.payment_reminder", invoice) is None


def test_a_reminder_brings_the_invoice_again(told, customer):
    invoice = an_invoice(customer=customer)
    mail = told("invoice.payment_reminder", invoice)

    assert "€23.80 was due on 24 March 2026" in text_of(mail)
    (pdf,) = mail.iter_attachments()
    assert pdf.get_filename() == f"{invoice.number}.pdf"


def test_a_trial_that_ends_says_what_it_will_cost(told, customer):
    a_payment_method(customer=customer)
    trial = a_subscription(customer=customer, trial_days=7)
    text = text_of(told("customer.subscription.trial_will_end", trial))

    assert "ends on 17 March 2026" in text
    assert "€19.99 will be charged on that day" in text


def test_a_trial_without_a_method_asks_for_one(told, customer):
    trial = a_subscription(customer=customer, trial_days=7)

    assert "add a payment method" in text_of(told("customer.subscription.trial_will_end", trial))


def test_a_renewal_is_announced_with_its_amount(told, subscription):
    text = text_of(told("customer.subscription.renewal_announced", subscription))

    assert "Garden letter renews on 10 April 2026." in text
    assert "€19.99" in text


def test_who_has_canceled_is_not_told_of_a_renewal(told, subscription):
    subscription.cancel(at=NOW)

    assert told("customer.subscription.renewal_announced", subscription) is None


def test_a_changed_plan_is_confirmed(told, subscription):
    mail = told("customer.subscription.updated", subscription, previous_price="price_before")

    assert "now Garden letter" in mail["Subject"]


def test_a_changed_status_alone_is_no_news(told, subscription):
    assert told("customer.subscription.updated", subscription) is None


def test_a_change_for_later_says_from_when_on(told, subscription):
    change = ScheduledChange.create(
        merchant=subscription.merchant_id,
        subscription=subscription,
        price=subscription.item.price,
        takes_effect_at=subscription.current_period_end,
    )
    mail = told("subscription_schedule.created", subscription, schedule=change.id)
    assert "From 10 April 2026 on" in text_of(mail)

    change.withdrawn_at = NOW
    change.save()
    assert told("subscription_schedule.created", subscription, schedule=change.id) is None


def test_a_card_that_expires_is_named(told, customer):
    a_payment_method(customer=customer, last4="4242")
    method = PaymentMethod.default_of(customer)
    method.exp_year, method.exp_month = 2026, 4
    method.save()
    text = text_of(told("payment_method.expiring", method))

    assert "ending in 4242" in text
    assert "expires at the end of April 2026" in text


def test_a_direct_debit_is_announced_with_all_that_sepa_asks_for(told, customer):
    invoice = an_invoice(customer=customer)
    mail = told(
        "sepa.prenotification",
        invoice,
        invoice=invoice.id,
        amount=2380,
        currency="EUR",
        due_on=date(2026, 3, 24).isoformat(),
        mandate="M-1",
        creditor_id="DE98ZZZ09999999999",
        last4="3000",
    )
    text = text_of(mail)

    for part in ("€23.80", "24 March 2026", "M-1", "DE98ZZZ09999999999", "3000"):
        assert part in text


def test_the_merchant_is_told_of_a_subscription_that_was_set_aside(told, subscription):
    owner = a_user(merchant=subscription.merchant)
    subscription.parked_at = NOW
    subscription.save()
    mail = told("customer.subscription.parked", subscription)

    assert mail["To"] == owner.email
    assert f"/dashboard/subscriptions/{subscription.id}" in text_of(mail)


@pytest.mark.parametrize(("locale", "words"), [("de", "Garden letter"), ("fr", "Garden letter")])
def test_mails_are_in_the_customers_language(told, subscription, locale, words):
    customer = subscription.customer
    customer.locale = locale
    customer.save()
    mail = told("customer.subscription.updated", subscription, previous_price="price_before")

    assert words in mail["Subject"]
    assert "Your subscription" not in text_of(mail)


def test_another_merchants_mail_has_another_name(told, run_once, mails):
    other = a_subscription(customer=a_customer(merchant=a_merchant(name="Brume")))
    mail = told("customer.subscription.updated", other, previous_price="price_before")

    assert "Brume" in str(mail["From"])
