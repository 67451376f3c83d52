import pytest

from portal.billing.errors import (
    CurrencyIsFixed,
    PriceNotUsable,
    SubscriptionAlreadyEnding,
    SubscriptionEnded,
    SubscriptionNotEnding,
)
from portal.billing.events import Event
from portal.billing.subscribing import subscribe
from portal.billing.subscriptions import SubscriptionStatus
from tests.factories import NOW, a_customer, a_price, a_subscription, utc

pytestmark = pytest.mark.usefixtures("db")


def test_a_subscription_is_incomplete_until_its_first_invoice_is_paid():
    subscription = a_subscription(paid=False)
    assert subscription.status == SubscriptionStatus.INCOMPLETE

    subscription.invoices.get().pay(1999, at=NOW)

    assert subscription.reload().status == SubscriptionStatus.ACTIVE


def test_a_trial_is_not_billed_before_its_end():
    subscription = a_subscription(trial_days=14)

    assert subscription.status == SubscriptionStatus.TRIALING
    assert subscription.current_period_end == subscription.trial_end
    assert subscription.invoices.count() == 0

    subscription.renew(at=subscription.trial_end)

    assert subscription.status == SubscriptionStatus.ACTIVE
    assert subscription.invoices.count() == 1


def test_canceling_keeps_access_until_the_paid_period_ends():
    subscription = a_subscription(at=utc(2026, 1, 31))

    subscription.cancel(at=NOW)

    assert subscription.status == SubscriptionStatus.ACTIVE
    assert subscription.ends_at == utc(2026, 2, 28)


def test_canceling_twice_is_refused():
    subscription = a_subscription()
    subscription.cancel(at=NOW)

    with pytest.raises(SubscriptionAlreadyEnding):
        subscription.reload().cancel(at=NOW)


def test_a_cancellation_taken_back_renews_again():
    subscription = a_subscription()
    subscription.cancel(at=NOW)
    subscription.give_reason("unused", "", at=NOW)

    subscription.reinstate(at=NOW)

    assert not subscription.is_ending
    assert subscription.cancellation_reason == ""
    assert subscription.renew(at=subscription.current_period_end)
    assert subscription.status == SubscriptionStatus.ACTIVE


def test_taking_back_what_was_not_canceled_is_refused():
    with pytest.raises(SubscriptionNotEnding):
        a_subscription().reinstate(at=NOW)


def test_a_canceled_subscription_ends_with_its_period_and_is_billed_no_more():
    subscription = a_subscription()
    subscription.cancel(at=NOW)

    subscription.renew(at=subscription.current_period_end)

    assert subscription.status == SubscriptionStatus.CANCELED
    assert subscription.ended_at == utc(2026, 4, 10, 8, 30)
    assert subscription.invoices.count() == 1


def test_an_ended_subscription_can_be_neither_canceled_nor_reinstated():
    subscription = a_subscription()
    subscription.cancel_now(at=NOW)

    for command in (subscription.cancel, subscription.reinstate, subscription.cancel_now):
        with pytest.raises(SubscriptionEnded):
            command(at=NOW)


def test_missed_periods_are_caught_up_one_by_one_each_with_its_own_date():
    subscription = a_subscription(at=utc(2026, 1, 31, 12))

    while subscription.renew(at=utc(2026, 5, 1)):
        pass

    invoices = subscription.invoices.order_by(subscription.invoices.model.period_index)
    assert [str(invoice.issued_at.date()) for invoice in invoices] == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
    ]


def test_a_one_time_or_archived_price_starts_no_subscription():
    customer = a_customer()
    one_time = a_price(merchant=customer.merchant, interval=None)
    archived = a_price(merchant=customer.merchant, archived_at=NOW)

    for price in (one_time, archived):
        with pytest.raises(PriceNotUsable):
            subscribe(customer, price, at=NOW)


def test_a_customer_is_billed_in_one_currency():
    customer = a_customer()
    a_subscription(customer=customer)
    dollars = a_price(merchant=customer.merchant, currency="USD")

    with pytest.raises(CurrencyIsFixed):
        subscribe(customer.reload(), dollars, at=NOW)


def test_what_happened_is_on_record():
    subscription = a_subscription()
    subscription.cancel(at=NOW)

    happened = [event.type for event in Event.select().order_by(Event.id)]
    assert happened[-5:] == [
        "customer.subscription.created",
        "invoice.finalized",
        "invoice.paid",
        "customer.subscription.updated",
        "customer.subscription.cancellation_scheduled",
    ]


def test_ending_what_never_began_leaves_no_debt():
    subscription = a_subscription(paid=False)

    subscription.cancel_now(at=NOW)

    assert subscription.invoices.get().status == "void"
