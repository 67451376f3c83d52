"""The billing run: everything once, in small steps, and one's trouble is not another's."""

from datetime import timedelta

import pytest

from portal.billing import cycle, discounts, due, pausing, renewal_turns
from portal.billing.errors import SubscriptionEnded
from portal.billing.events import Event
from portal.billing.gateway import Charge, PaymentStatus
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import Merchant
from portal.billing.payments import Payment
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscription_status import CollectionMethod, TrialEndAction
from portal.billing.subscriptions import Subscription
from tests.billing.tills import Till
from tests.factories import (
    NOW,
    a_balance,
    a_coupon,
    a_customer,
    a_merchant,
    a_payment_method,
    a_price,
    a_subscription,
    utc,
)

pytestmark = pytest.mark.usefixtures("db")
AFTER_ONE = utc(2026, 4, 11)
SENT = {"collection_method": CollectionMethod.SEND_INVOICE}


@pytest.fixture
def subscription():
    customer = a_customer()
    a_payment_method(customer=customer)
    return a_subscription(customer=customer)


def run(at, till=None, **given) -> cycle.Report:
    till = till or Till()
    return cycle.run(at, gateway_for=lambda _name, _merchant: till, **given)


def renewals(subscription) -> list[Invoice]:
    mine = subscription.invoices.where(Invoice.billing_reason == "subscription_cycle")
    return list(mine.order_by(Invoice.period_index))


# ── renewing ─────────────────────────────────────────────────────────────────────────────────


def test_a_period_that_is_over_is_renewed_and_paid(subscription):
    run(AFTER_ONE)

    (invoice,) = renewals(subscription)
    assert invoice.status == InvoiceStatus.PAID
    assert invoice.amount_paid == 1999
    assert subscription.reload().current_period_end == utc(2026, 5, 10, 8, 30)


def test_an_invoice_of_a_batch_is_like_one_that_is_issued_by_itself(subscription):
    alone = a_subscription(customer=subscription.customer, price=subscription.item.price)
    run(AFTER_ONE)
    alone = Subscription.get_by_id(alone.id)

    first, second = renewals(subscription)[0], renewals(alone)[0]
    differing = {"id", "subscription", "number", "document"}
    assert {k: v for k, v in first.__data__.items() if k not in differing} == {
        k: v for k, v in second.__data__.items() if k not in differing
    }
    assert first.document["lines"] == second.document["lines"]


def test_what_happened_is_on_record_in_its_order(subscription):
    before = Event.select().count()
    run(AFTER_ONE)
    types = [event.type for event in Event.select().order_by(Event.id)][before:]
    assert types == [
        "customer.subscription.renewed",
        "invoice.finalized",
        "invoice.paid",
        "payment.succeeded",
    ]


def test_running_twice_bills_once(subscription):
    till = Till()
    run(AFTER_ONE, till)
    run(AFTER_ONE, till)

    assert len(renewals(subscription)) == len(till.keys) == 1


def test_before_the_end_nothing_happens(subscription):
    run(subscription.current_period_end - timedelta(microseconds=1))
    assert renewals(subscription) == []


def test_at_the_very_end_the_next_period_begins(subscription):
    run(subscription.current_period_end)
    assert len(renewals(subscription)) == 1


def test_what_was_missed_is_caught_up_in_small_steps_each_with_its_own_date(subscription):
    late = utc(2026, 9, 1)
    assert run(late).is_unfinished
    assert len(renewals(subscription)) == 3
    assert not run(late).is_unfinished
    run(late)

    issued = [invoice.issued_at for invoice in renewals(subscription)]
    assert issued == [utc(2026, month, 10, 8, 30) for month in (4, 5, 6, 7, 8)]
    numbers = [invoice.number for invoice in renewals(subscription)]
    assert numbers == sorted(numbers)


def test_an_invoice_that_comes_late_can_still_be_paid_in_time():
    late = a_subscription(**SENT)
    run(utc(2026, 6, 1))
    (first, second) = renewals(late)
    assert first.issued_at == utc(2026, 4, 10, 8, 30)
    assert first.due_at == second.due_at == utc(2026, 6, 15)


def test_an_invoice_that_is_there_already_is_not_issued_again(subscription):
    run(AFTER_ONE)
    (invoice,) = renewals(subscription)
    Subscription.update(
        period_index=0,
        current_period_start=NOW,
        current_period_end=subscription.current_period_end,
        next_action_at=subscription.current_period_end,
    ).where(Subscription.id == subscription.id).execute()

    report = run(AFTER_ONE)

    assert report.failures == []
    assert renewals(subscription) == [invoice]
    assert subscription.reload().period_index == 1


def test_numbers_of_a_batch_have_no_gap():
    merchant = a_merchant()
    price = a_price(merchant=merchant)
    for _ in range(5):
        a_subscription(customer=a_customer(merchant=merchant), price=price, **SENT)
    run(AFTER_ONE)

    numbers = sorted(invoice.number for invoice in merchant.invoices)
    assert [int(number[-6:]) for number in numbers] == list(range(1, 11))


def test_many_are_done_in_several_batches(monkeypatch):
    monkeypatch.setattr(due, "BATCH", 2)
    subscriptions = [a_subscription(**SENT) for _ in range(5)]
    run(AFTER_ONE)
    assert all(len(renewals(each)) == 1 for each in subscriptions)


def test_merchants_take_turns(monkeypatch):
    monkeypatch.setattr(due, "BATCH", 2)
    busy = a_merchant()
    price = a_price(merchant=busy)
    for _ in range(6):
        a_subscription(customer=a_customer(merchant=busy), price=price, **SENT)
    small = a_subscription(at=NOW + timedelta(hours=1), **SENT)

    turns = iter([False, True])
    report = run(AFTER_ONE, is_time_up=lambda: next(turns))

    assert report.is_unfinished
    assert len(renewals(small)) == 1


# ── trouble ──────────────────────────────────────────────────────────────────────────────────


def test_ones_trouble_is_reported_and_the_others_are_renewed():
    subscriptions = [a_subscription(**SENT) for _ in range(3)]
    broken = subscriptions[1]
    SubscriptionItem.delete().where(SubscriptionItem.subscription == broken).execute()

    report = run(AFTER_ONE)

    assert [record_id for record_id, _ in report.failures] == [broken.id]
    assert [len(renewals(each)) for each in subscriptions] == [1, 0, 1]
    assert broken.reload().period_index == 0


def test_what_the_database_refuses_is_found_and_the_others_are_renewed():
    subscriptions = [a_subscription(**SENT) for _ in range(3)]
    broken = subscriptions[1]
    # Its customer is billed in another currency: a rule says no when the number is taken.
    taken = Invoice.get(Invoice.subscription == broken)
    following = Merchant.get_by_id(broken.merchant_id).next_invoice_number
    prefix = broken.merchant.invoice_prefix
    Invoice.update(number=f"{prefix}-{following:06d}").where(Invoice.id == taken.id).execute()

    report = run(AFTER_ONE)

    assert [record_id for record_id, _ in report.failures] == [broken.id]
    assert [len(renewals(each)) for each in subscriptions] == [1, 0, 1]


def test_a_provider_in_trouble_leaves_payments_to_be_asked_for(subscription):
    class Broken(Till):
        def charge_all(self, requests):
            raise ValueError("nonsense")

    report = run(AFTER_ONE, Broken())

    assert isinstance(report.failures[0][1], ValueError)
    assert Payment.unanswered().count() == 1
    run(AFTER_ONE + timedelta(minutes=6), Till(), merchant=subscription.merchant)
    assert renewals(subscription)[0].status == InvoiceStatus.PAID


# ── collecting ───────────────────────────────────────────────────────────────────────────────


def test_a_refused_payment_makes_it_past_due_and_is_not_repeated_at_once(subscription):
    till = Till(Charge(PaymentStatus.FAILED, reason="insufficient_funds"))
    run(AFTER_ONE, till)
    run(AFTER_ONE, till)

    assert subscription.reload().status == "past_due"
    assert len(till.keys) == 1


def test_without_a_payment_method_it_is_past_due(subscription):
    subscription.customer.all_payment_methods.get().delete_instance()
    run(AFTER_ONE)
    assert subscription.reload().status == "past_due"


def test_an_invoice_that_is_sent_is_not_charged():
    customer = a_customer()
    a_payment_method(customer=customer)
    a_subscription(customer=customer, **SENT)
    till = Till()
    run(AFTER_ONE, till)
    assert till.keys == []


def test_no_answer_is_asked_for_and_never_charged_again(subscription):
    till = Till(Charge(PaymentStatus.UNKNOWN))
    run(AFTER_ONE, till)
    run(AFTER_ONE, till)
    till.answer = Charge(PaymentStatus.SUCCEEDED)

    run(AFTER_ONE + timedelta(minutes=6), till, merchant=subscription.merchant)

    assert len(till.keys) == 1
    assert renewals(subscription)[0].status == InvoiceStatus.PAID


def test_what_costs_nothing_is_paid_and_not_charged():
    customer = a_customer()
    a_payment_method(customer=customer)
    price = a_price(merchant=customer.merchant, unit_amount=0)
    free = a_subscription(customer=customer, price=price)
    till = Till()
    run(AFTER_ONE, till)

    assert renewals(free)[0].status == InvoiceStatus.PAID
    assert till.keys == []


# ── other things that come due ───────────────────────────────────────────────────────────────


def test_a_canceled_subscription_ends_and_is_not_billed(subscription):
    subscription.cancel(at=NOW)
    run(AFTER_ONE)

    assert subscription.reload().status == "canceled"
    assert subscription.ended_at is None
    assert subscription.reload().ended_at == utc(2026, 4, 10, 8, 30)
    assert renewals(subscription) == []


def test_an_end_may_lie_inside_a_period(subscription):
    ends = utc(2026, 4, 25)
    subscription.cancel_at = ends
    subscription.save()

    run(utc(2026, 4, 20))
    assert subscription.reload().status == "active"
    run(utc(2026, 5, 1))

    assert subscription.reload().ended_at == ends
    assert len(renewals(subscription)) == 1


@pytest.mark.parametrize(
    ("action", "status", "invoices"),
    [
        (TrialEndAction.INVOICE, "past_due", 1),
        (TrialEndAction.PAUSE, "paused", 0),
        (TrialEndAction.CANCEL, "canceled", 0),
    ],
)
def test_a_trial_that_ends_with_nothing_to_charge(action, status, invoices):
    trial = a_subscription(trial_days=14)
    Subscription.update(trial_end_action=action).execute()
    run(NOW + timedelta(days=14))

    assert trial.reload().status == status
    assert len(renewals(trial)) == invoices


@pytest.mark.parametrize("action", TrialEndAction)
@pytest.mark.parametrize("is_sent", [True, False])
def test_a_trial_that_can_be_billed_becomes_a_subscription(action, is_sent):
    customer = a_customer()
    if not is_sent:
        a_payment_method(customer=customer)
    trial = a_subscription(customer=customer, trial_days=14, **(SENT if is_sent else {}))
    Subscription.update(trial_end_action=action).execute()
    run(NOW + timedelta(days=14))

    assert trial.reload().status == "active"
    (invoice,) = renewals(trial)
    assert (invoice.period_index, invoice.issued_at) == (0, trial.trial_end)
    assert invoice.status == ("open" if is_sent else "paid")


def test_a_first_payment_that_does_not_come_in_its_time_does_not_come():
    waiting = a_subscription(paid=False)
    run(NOW + timedelta(hours=22, minutes=59))
    assert waiting.reload().status == "incomplete"
    run(NOW + timedelta(hours=23))

    assert waiting.reload().status == "incomplete_expired"
    last = Event.select().where(Event.object_id == waiting.id).order_by(Event.id.desc()).get()
    assert last.data["status"] == "incomplete_expired"
    assert waiting.invoices.get().status == InvoiceStatus.VOID


def test_a_first_payment_without_an_answer_is_waited_for():
    waiting = a_subscription(paid=False)
    method = a_payment_method(customer=waiting.customer)
    Payment.begin(waiting.invoices.get(), method, at=NOW)

    class Silent(Till):
        def find_charge(self, key):
            return Charge(PaymentStatus.PENDING)

    report = run(NOW + timedelta(hours=23), Silent())

    assert report.failures == []
    assert not report.is_unfinished
    assert waiting.reload().status == "incomplete"


def test_a_pause_ends_on_its_day(subscription):
    pausing.pause(subscription, at=NOW + timedelta(days=1), resumes_at=NOW + timedelta(days=8))
    run(NOW + timedelta(days=7))
    assert subscription.reload().status == "paused"
    run(NOW + timedelta(days=8))
    assert subscription.reload().status == "active"


@pytest.mark.parametrize("status", ["unpaid", "paused", "canceled", "incomplete_expired"])
def test_nothing_comes_of_itself_for_those_that_do_not_run(subscription, status):
    Subscription.update(status=status).execute()
    stored = subscription.reload()
    stored.save()
    assert stored.next_action_at is None
    run(utc(2027, 1, 1))
    assert renewals(subscription) == []


# ── the safety bound ─────────────────────────────────────────────────────────────────────────


def test_too_many_invoices_in_a_day_set_a_subscription_aside():
    daily = a_subscription(price=a_price(interval="day"), **SENT)
    late = NOW + timedelta(days=40)
    while run(late).is_unfinished:
        pass

    assert len(renewals(daily)) == 15
    assert daily.reload().parked_at == late
    assert Event.select().where(Event.type == "customer.subscription.parked").count() == 1
    run(late + timedelta(days=2))
    assert len(renewals(daily)) == 15
    renewal_turns.unpark(daily, at=late)
    run(late)
    assert len(renewals(daily)) == 18


def test_a_day_later_the_bound_counts_anew():
    daily = a_subscription(price=a_price(interval="day", unit_amount=0), **SENT)
    for day in range(1, 31):
        run(NOW + timedelta(days=day, hours=2))
    assert len(renewals(daily)) == 30
    assert daily.reload().parked_at is None


def test_the_bound_does_not_hold_for_a_clock_that_was_moved():
    daily = a_subscription(price=a_price(interval="day"), **SENT)
    late = NOW + timedelta(days=40)
    while run(late, merchant=daily.merchant).is_unfinished:
        pass
    assert len(renewals(daily)) == 40


# ── clocks of sandboxes ──────────────────────────────────────────────────────────────────────


def test_a_merchant_who_lives_ahead_is_billed_by_their_own_clock():
    ahead, here = a_subscription(**SENT), a_subscription(**SENT)
    day = timedelta(days=31)
    Merchant.update(clock_offset=day // timedelta(microseconds=1)).where(
        Merchant.id == ahead.merchant_id
    ).execute()
    run(NOW + timedelta(hours=1))

    assert len(renewals(ahead)) == 1
    assert renewals(here) == []


def test_a_run_for_one_merchant_leaves_the_others_alone():
    mine, other = a_subscription(**SENT), a_subscription(**SENT)
    run(AFTER_ONE, merchant=mine.merchant)
    assert len(renewals(mine)) == 1
    assert renewals(other) == []


def test_what_is_due_next_is_the_earliest_of_everything(subscription):
    merchant = subscription.merchant
    assert cycle.next_due(merchant) == subscription.current_period_end
    run(AFTER_ONE, Till(Charge(PaymentStatus.UNKNOWN)))
    assert cycle.next_due(merchant) == Payment.unanswered().get().ask_next_at
    assert cycle.next_due(a_merchant()) is None


# ── a single subscription ────────────────────────────────────────────────────────────────────


def test_one_is_renewed_by_the_same_steps_and_nothing_is_charged(subscription):
    assert subscription.renew(at=AFTER_ONE)
    assert not subscription.renew(at=AFTER_ONE)
    (invoice,) = renewals(subscription)
    assert invoice.status == InvoiceStatus.OPEN
    assert Payment.unanswered().count() == 0


def test_what_has_ended_is_not_renewed(subscription):
    subscription.cancel_now(at=NOW)
    with pytest.raises(SubscriptionEnded):
        subscription.renew(at=AFTER_ONE)


def test_a_balance_that_is_used_up_on_the_way_leaves_the_next_invoice_open(subscription):
    a_balance(subscription.customer, 1999)

    run(utc(2026, 5, 11))

    first, second = renewals(subscription)
    assert (first.amount_from_balance, first.status) == (1999, InvoiceStatus.PAID)
    assert (second.amount_from_balance, second.amount_paid) == (0, 1999)


@pytest.fixture
def free_first():
    """A free subscription by the week, and one by the month that begins a day later."""
    customer = a_customer()
    a_payment_method(customer=customer)
    free = a_price(merchant=customer.merchant, unit_amount=0)
    a_subscription(customer=customer, price=free)
    return a_subscription(customer=customer, at=NOW + timedelta(days=1))


def test_a_discount_for_one_invoice_waits_for_one_that_it_reduces(free_first):
    customer = free_first.customer
    discounts.give(a_coupon(merchant=customer.merchant), customer, at=NOW + timedelta(days=2))

    run(utc(2026, 4, 12))

    assert [invoice.total for invoice in renewals(free_first)] == [1599]


def test_a_discount_that_was_used_reduces_no_invoice_of_an_earlier_date():
    customer = a_customer()
    a_payment_method(customer=customer)
    weekly = a_price(merchant=customer.merchant, interval="week")
    often = a_subscription(customer=customer, price=weekly)
    seldom = a_subscription(customer=customer)
    coupon = a_coupon(merchant=customer.merchant)
    discounts.give(coupon, customer, at=NOW + timedelta(days=24))

    while run(AFTER_ONE).is_unfinished:
        pass

    totals = [invoice.total for each in (often, seldom) for invoice in renewals(each)]
    assert sorted(totals) == [1599, *[1999] * 4]
