"""Dunning: a schedule of tries or reminders, and what its end leads to."""

from datetime import datetime, timedelta

import pytest

from portal.billing import dunning
from portal.billing.collecting import collect
from portal.billing.decline_codes import HARD, is_hard
from portal.billing.errors import DunningNotRunning
from portal.billing.events import Event
from portal.billing.invoice_items import InvoiceItem
from portal.billing.invoices import Invoice
from portal.billing.merchants import FinalAction, Merchant
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment
from portal.billing.subscriptions import Subscription
from portal.database import write
from tests.billing.tills import CONFIRM, LOST, ON_ITS_WAY, REFUSED, SILENCE, TAKEN, Till
from tests.factories import NOW, a_customer, a_payment_method, a_subscription, an_invoice

pytestmark = pytest.mark.usefixtures("db")
DEFAULT_DAYS = [1, 2, 3, 5, 7, 9, 11, 14]


def days(count: float) -> datetime:
    return NOW + timedelta(days=count)


def types() -> list[str]:
    return [event.type for event in Event.select().order_by(Event.id)]


def events(type_: str) -> list[dict]:
    return [each.data for each in Event.select().where(Event.type == type_).order_by(Event.id)]


@pytest.fixture
def invoice(db) -> Invoice:
    """A renewal of a running subscription, to be charged to a card."""
    return a_renewal(a_customer(), with_method=True)


def a_renewal(customer, *, with_method: bool, **given) -> Invoice:
    if with_method:
        a_payment_method(customer=customer)
    subscription = a_subscription(customer=customer, **given)
    return an_invoice(
        customer=customer,
        subscription=subscription,
        period_index=1,
        billing_reason="subscription_cycle",
        collection_method=subscription.collection_method,
    )


def set_up(merchant: Merchant, **columns) -> None:
    with write():
        Merchant.update(columns).where(Merchant.id == merchant.id).execute()


def run(at: datetime, till: Till) -> None:
    """What the worker does."""
    for invoice in dunning.due(at):
        dunning.retry(invoice, till, at=at)


def live_through(till: Till, until: int = 20, since: int = 0) -> None:
    """A worker runs every six hours."""
    for quarter in range(since * 4, until * 4 + 1):
        run(days(quarter / 4), till)


def test_a_refusal_is_tried_again_by_the_schedule(invoice):
    till = Till(REFUSED)
    collect(invoice, till, at=NOW)

    live_through(till)

    tried = [payment.created_at for payment in Payment.select().order_by(Payment.id)]
    assert tried == [NOW, *(days(day) for day in DEFAULT_DAYS)]
    assert len(set(till.keys)) == 9


def test_after_the_first_refusal_the_subscription_is_past_due(invoice):
    collect(invoice, Till(REFUSED), at=NOW)

    stored = invoice.reload()
    assert (stored.attempt_count, stored.next_attempt_at) == (1, days(1))
    assert stored.subscription.reload().status == "past_due"
    (failed,) = events("invoice.payment_failed")
    assert failed["reason"] == "insufficient_funds"
    assert failed["attempt_count"] == 1
    assert failed["next_attempt_at"] == days(1).isoformat()
    assert (failed["amount"], failed["currency"]) == (2380, "EUR")
    assert (failed["brand"], failed["last4"]) == ("visa", "4242")


def test_a_payment_that_comes_ends_it(invoice):
    till = Till(REFUSED)
    collect(invoice, till, at=NOW)
    till.answer = TAKEN
    live_through(till)

    stored = invoice.reload()
    assert (stored.status, stored.next_attempt_at) == ("paid", None)
    assert stored.subscription.reload().status == "active"
    assert len(till.keys) == 2


@pytest.mark.parametrize(
    ("action", "subscription", "standing"),
    [
        (FinalAction.CANCEL, "canceled", "uncollectible"),
        (FinalAction.MARK_UNPAID, "unpaid", "open"),
        (FinalAction.LEAVE_PAST_DUE, "past_due", "open"),
    ],
)
def test_the_end_is_what_the_merchant_chose(invoice, action, subscription, standing):
    set_up(invoice.merchant, dunning_final_action=action, dunning_days=[1, 3])
    till = Till(REFUSED)
    collect(invoice.reload(), till, at=NOW)
    live_through(till)

    stored = invoice.reload()
    assert len(till.keys) == 3
    assert (stored.status, stored.subscription.reload().status) == (standing, subscription)
    assert (stored.next_attempt_at, stored.dunning_ended_at) == (None, days(3))
    assert [ended["final_action"] for ended in events("invoice.dunning_ended")] == [action]


@pytest.mark.parametrize("action", FinalAction)
def test_without_a_schedule_the_first_refusal_decides(invoice, action):
    set_up(invoice.merchant, dunning_final_action=action, dunning_days=[])
    collect(invoice.reload(), Till(REFUSED), at=NOW)
    assert invoice.reload().dunning_ended_at == NOW


def test_a_hard_decline_is_never_tried_again(invoice):
    till = Till(LOST)
    collect(invoice, till, at=NOW)
    assert invoice.reload().next_attempt_at == days(14)

    live_through(till)

    assert len(till.keys) == 1
    assert invoice.reload().status == "uncollectible"
    assert invoice.subscription.reload().status == "canceled"


@pytest.mark.parametrize("reason", sorted(HARD))
def test_every_hard_code_is_one(reason):
    assert is_hard(reason)


@pytest.mark.parametrize(
    "reason", ["insufficient_funds", "card_declined", "AM04", "MS03", "never_arrived", ""]
)
def test_what_may_pass_is_tried_again(reason):
    assert not is_hard(reason)


def test_another_method_is_tried_once_soon(invoice):
    till = Till(LOST)
    collect(invoice, till, at=NOW)
    live_through(till, until=2)
    till.answer = REFUSED

    method = a_payment_method(customer=invoice.customer, token="tok_new")
    method.make_default(at=days(2.1))
    live_through(till, since=2)

    assert till.tokens[:2] == ["tok_visa", "tok_new"]
    tried = [payment.created_at for payment in Payment.select().order_by(Payment.id)]
    assert tried[1] == days(2.25)
    # The schedule goes on with it, from where it is: days 3, 5, 7, 9, 11 and 14.
    assert len(till.keys) == 2 + 6


def test_the_first_method_of_all_is_tried_too():
    invoice = a_renewal(a_customer(), with_method=False)
    dunning.after_failure(invoice, None, at=NOW)
    assert invoice.reload().next_attempt_at == days(1)

    a_payment_method(customer=invoice.customer)
    till = Till()
    run(NOW, till)

    assert invoice.reload().status == "paid"


def test_without_a_method_the_schedule_runs_all_the_same():
    invoice = a_renewal(a_customer(), with_method=False)
    dunning.after_failure(invoice, None, at=NOW)
    live_through(Till())

    assert len(events("invoice.payment_failed")) == 9
    assert {failed["reason"] for failed in events("invoice.payment_failed")} == {
        "no_payment_method"
    }
    assert invoice.reload().status == "uncollectible"


def test_an_unpaid_subscription_runs_again_once_a_new_method_pays(invoice):
    set_up(invoice.merchant, dunning_final_action=FinalAction.MARK_UNPAID, dunning_days=[1])
    till = Till(REFUSED)
    collect(invoice.reload(), till, at=NOW)
    live_through(till, until=3)
    assert invoice.subscription.reload().status == "unpaid"

    till.answer = TAKEN
    a_payment_method(customer=invoice.customer, token="tok_new").make_default(at=days(5))
    run(days(5), till)

    assert invoice.reload().status == "paid"
    assert invoice.subscription.reload().status == "active"


def test_a_new_method_that_fails_too_does_not_end_it_twice(invoice):
    set_up(invoice.merchant, dunning_final_action=FinalAction.MARK_UNPAID, dunning_days=[1])
    till = Till(REFUSED)
    collect(invoice.reload(), till, at=NOW)
    live_through(till, until=3)
    a_payment_method(customer=invoice.customer, token="tok_new").make_default(at=days(5))
    live_through(till)

    assert len(till.keys) == 3
    assert types().count("invoice.dunning_ended") == 1


def test_a_try_by_hand_does_not_use_the_schedule_up(invoice):
    till = Till(REFUSED)
    collect(invoice, till, at=NOW)
    for hour in range(5):
        collect(invoice, till, at=NOW + timedelta(hours=hour))
    assert invoice.reload().next_attempt_at == days(1)
    live_through(till)
    assert len(till.keys) == 6 + 8


def test_no_answer_puts_the_next_try_off_until_there_is_one(invoice):
    till = Till(REFUSED)
    collect(invoice, till, at=NOW)
    till.answer = SILENCE
    live_through(till, until=3)
    assert len(till.keys) == 2

    Payment.unanswered().get().settle(REFUSED, at=days(4))

    assert invoice.reload().next_attempt_at == days(5)


@pytest.mark.parametrize(
    ("action", "subscription", "standing"),
    [
        (FinalAction.CANCEL, "canceled", "uncollectible"),
        (FinalAction.MARK_UNPAID, "unpaid", "open"),
        (FinalAction.LEAVE_PAST_DUE, "past_due", "open"),
    ],
)
def test_who_never_confirms_is_past_due_and_in_the_end_given_up(
    invoice, action, subscription, standing
):
    set_up(invoice.merchant, dunning_final_action=action)
    till = Till(CONFIRM)
    collect(invoice.reload(), till, at=NOW)
    assert invoice.subscription.reload().status == "past_due"

    live_through(till, until=13)
    assert invoice.subscription.reload().status == "past_due"
    live_through(till, since=14)

    stored = invoice.reload()
    assert len(till.keys) == 1
    assert (stored.status, stored.subscription.reload().status) == (standing, subscription)


def test_what_was_given_up_and_waits_for_its_owner_is_not_tried_for_ever(invoice):
    set_up(invoice.merchant, dunning_final_action=FinalAction.MARK_UNPAID, dunning_days=[1])
    till = Till(CONFIRM)
    collect(invoice.reload(), till, at=NOW)
    live_through(till, until=3)

    a_payment_method(customer=invoice.customer, token="tok_new").make_default(at=days(5))
    run(days(5), till)

    assert invoice.reload().next_attempt_at is None
    assert len(till.keys) == 1


def test_who_confirms_late_has_paid(invoice):
    collect(invoice, Till(CONFIRM), at=NOW)
    Payment.unanswered().get().settle(TAKEN, at=days(5))

    assert invoice.reload().status == "paid"
    assert invoice.subscription.reload().status == "active"


def test_a_debit_on_its_way_is_waited_for_beyond_the_schedule(invoice):
    till = Till(REFUSED)
    collect(invoice, till, at=NOW)
    till.answer = ON_ITS_WAY
    live_through(till)

    assert invoice.reload().status == "open"
    assert invoice.subscription.reload().status == "past_due"


def test_a_second_worker_with_an_old_copy_does_not_try_again(invoice):
    till = Till(REFUSED)
    collect(invoice, till, at=NOW)
    first, second = dunning.due(days(1)).get(), dunning.due(days(1)).get()

    dunning.retry(first, till, at=days(1))
    dunning.retry(second, till, at=days(1))

    assert len(till.keys) == 2


def test_the_same_failure_counts_once(invoice):
    payment = collect(invoice, Till(REFUSED), at=NOW)
    dunning.after_failure(invoice, payment, at=days(1))
    assert invoice.reload().attempt_count == 1
    assert types().count("invoice.payment_failed") == 1


def test_missed_tries_are_not_made_up_for(invoice):
    till = Till(REFUSED)
    collect(invoice, till, at=NOW)
    run(days(6), till)
    assert len(till.keys) == 2
    assert invoice.reload().next_attempt_at == days(7)


def test_a_subscription_that_never_began_is_not_dunned():
    customer = a_customer()
    a_payment_method(customer=customer)
    subscription = a_subscription(customer=customer, paid=False)
    collect(subscription.invoices.get(), Till(REFUSED), at=NOW)

    assert subscription.reload().status == "incomplete"
    assert subscription.invoices.get().next_attempt_at is None
    assert "invoice.payment_failed" in types()


def test_what_is_paid_voided_or_written_off_is_left_alone(invoice):
    collect(invoice, Till(REFUSED), at=NOW)
    invoice.mark_uncollectible(at=NOW)
    assert list(dunning.due(days(30))) == []


def test_the_merchant_can_stop_it(invoice):
    till = Till(REFUSED)
    collect(invoice, till, at=NOW)
    dunning.stop(invoice, at=NOW)
    live_through(till)

    assert len(till.keys) == 1
    assert invoice.subscription.reload().status == "past_due"
    with pytest.raises(DunningNotRunning):
        dunning.stop(invoice, at=NOW)


def test_one_merchants_schedule_is_not_anothers(invoice):
    set_up(invoice.merchant, dunning_days=[4])
    other = a_renewal(a_customer(), with_method=True)
    for each in (invoice.reload(), other):
        collect(each, Till(REFUSED), at=NOW)
    assert invoice.reload().next_attempt_at == days(4)
    assert other.reload().next_attempt_at == days(1)


# ── invoices that are sent ──────────────────────────────────────────────────────────────────────


@pytest.fixture
def sent(db) -> Invoice:
    """Sent to a customer, due in 14 days."""
    return a_renewal(a_customer(), with_method=False, collection_method="send_invoice")


def test_from_the_due_date_on_it_is_overdue(sent):
    live_through(Till(), until=13)
    assert "invoice.overdue" not in types()

    run(days(14), Till())

    assert types().count("invoice.overdue") == 1
    assert sent.reload().next_attempt_at == days(15)
    assert sent.subscription.reload().status == "past_due"


def test_reminders_follow_and_the_last_day_decides(sent):
    till = Till()
    live_through(till, until=40)

    numbers = [event["reminder"] for event in events("invoice.payment_reminder")]
    assert numbers == [1, 2, 3, 4, 5, 6, 7]
    assert till.keys == []
    assert sent.reload().status == "uncollectible"
    assert sent.subscription.reload().status == "canceled"


def test_reminders_that_were_missed_are_not_all_sent_at_once(sent):
    run(days(14), Till())
    run(days(14 + 6), Till())
    assert [event["reminder"] for event in events("invoice.payment_reminder")] == [4]


def test_a_sent_invoice_that_is_paid_is_not_asked_for(sent):
    Payment.record_outside(sent, sent.amount_due, note="", at=days(3))
    live_through(Till(), until=30)
    assert "invoice.overdue" not in types()
    assert Subscription.get_by_id(sent.subscription_id).status == "active"


def test_a_refused_card_does_not_make_it_one_that_is_charged(sent):
    a_payment_method(customer=sent.customer)
    till = Till(REFUSED)
    collect(sent, till, at=days(1), method=PaymentMethod.default_of(sent.customer))
    assert sent.reload().next_attempt_at == days(14)
    live_through(till, until=30)
    assert len(till.keys) == 1


def test_what_is_given_back_at_the_end_may_pay_what_could_not_be_collected(invoice):
    subscription = invoice.subscription
    InvoiceItem.create(
        merchant=subscription.merchant_id,
        customer=subscription.customer_id,
        subscription=subscription,
        currency="EUR",
        description="More than both invoices",
        amount=-5000,
        price=subscription.item.price,
        is_proration=True,
        created_at=NOW,
    )
    till = Till(REFUSED)
    collect(invoice, till, at=NOW)
    live_through(till)

    invoice = invoice.reload()
    assert (invoice.status, invoice.amount_credited) == ("paid", invoice.total)
    assert subscription.reload().status == "canceled"
