"""What an answer leads to: once, for the right sum, in any order of arrival."""

from datetime import timedelta

import pytest

from portal.billing import asking
from portal.billing.answers import TRANSITIONS
from portal.billing.collecting import ask_all, collect
from portal.billing.errors import TransitionRefused
from portal.billing.events import Event
from portal.billing.gateway import Charge, PaymentStatus
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.payments import Payment
from portal.billing.settling import settle_all
from portal.database import write
from tests.billing.tills import LOST, ON_ITS_WAY, REFUSED, SILENCE, TAKEN, Till
from tests.factories import NOW, a_customer, a_payment_method, a_subscription, an_invoice

pytestmark = pytest.mark.usefixtures("db")
P = PaymentStatus
CONFIRM = Charge(P.REQUIRES_ACTION, "ch_1", action_url="https://bank.test/3ds")


@pytest.fixture
def invoice(db) -> Invoice:
    customer = a_customer()
    a_payment_method(customer=customer)
    return an_invoice(customer=customer)


def types() -> list[str]:
    return [event.type for event in Event.select().order_by(Event.id)]


def adds_up(invoice: Invoice) -> bool:
    stored = invoice.reload()
    parts = (
        stored.amount_paid,
        stored.amount_credited,
        stored.amount_from_balance,
        stored.amount_due,
    )
    return sum(parts) == stored.total and min(parts) >= 0


@pytest.mark.parametrize(
    ("answer", "status", "standing", "event"),
    [
        (TAKEN, P.SUCCEEDED, InvoiceStatus.PAID, "payment.succeeded"),
        (REFUSED, P.FAILED, InvoiceStatus.OPEN, "payment.failed"),
        (LOST, P.FAILED, InvoiceStatus.OPEN, "payment.failed"),
        (ON_ITS_WAY, P.PENDING, InvoiceStatus.OPEN, None),
        (CONFIRM, P.REQUIRES_ACTION, InvoiceStatus.OPEN, "payment.requires_action"),
        (SILENCE, P.UNKNOWN, InvoiceStatus.OPEN, None),
        (Charge(P.RETURNED, reason="AC04"), P.FAILED, InvoiceStatus.OPEN, "payment.failed"),
    ],
)
def test_every_outcome(invoice, answer, status, standing, event):
    payment = collect(invoice, Till(answer), at=NOW)

    assert payment.reload().status == status
    assert invoice.reload().status == standing
    assert [type_ for type_ in types() if type_.startswith("payment.")] == [event] * bool(event)
    assert bool(payment.reload().settled_at) == (not payment.is_unanswered)
    assert bool(payment.reload().ask_next_at) == payment.is_unanswered
    assert adds_up(invoice)


def test_every_status_has_its_transitions():
    assert set(TRANSITIONS) == set(PaymentStatus)


@pytest.mark.parametrize("later", [TAKEN, REFUSED, ON_ITS_WAY, CONFIRM])
@pytest.mark.parametrize("first", [ON_ITS_WAY, CONFIRM, SILENCE])
def test_what_has_no_outcome_yet_may_have_any(invoice, first, later):
    payment = collect(invoice, Till(first), at=NOW)
    payment.settle(later, at=NOW)
    assert payment.reload().status == later.status


def test_an_old_answer_does_not_undo_a_newer_one(invoice):
    payment = collect(invoice, Till(), at=NOW)
    payment.settle(ON_ITS_WAY, at=NOW)
    assert payment.reload().status == P.SUCCEEDED
    assert payment.needs_review_at is None


@pytest.mark.parametrize(("first", "later"), [(TAKEN, REFUSED), (REFUSED, TAKEN)])
def test_an_answer_that_contradicts_an_earlier_one_is_for_a_person(invoice, first, later):
    payment = collect(invoice, Till(first), at=NOW)
    for _ in range(2):
        payment.settle(later, at=NOW)

    stored = payment.reload()
    assert (stored.status, stored.review_reason) == (first.status, "contradiction")
    assert types().count("payment.review_needed") == 1


@pytest.mark.parametrize(
    "said", [{"amount": 2379}, {"amount": 238000}, {"currency": "CHF"}, {"amount": 0}]
)
def test_another_sum_is_never_taken_for_the_answer(invoice, said):
    payment = collect(invoice, Till(TAKEN._replace(**said)), at=NOW)

    stored = payment.reload()
    assert stored.is_unanswered
    assert (stored.review_reason, stored.ask_next_at) == ("mismatch", None)
    assert invoice.reload().status == InvoiceStatus.OPEN
    alert = Event.get(Event.type == "payment.review_needed")
    assert alert.data["cause"] == "mismatch"
    assert alert.data["amount"] == 2380


def test_the_right_sum_is_taken_however_the_currency_is_written(invoice):
    collect(invoice, Till(TAKEN._replace(amount=2380, currency="eur")), at=NOW)
    assert invoice.reload().status == InvoiceStatus.PAID


def test_a_right_answer_after_a_wrong_one_settles_it(invoice):
    payment = collect(invoice, Till(TAKEN._replace(amount=1)), at=NOW)
    payment.settle(TAKEN, at=NOW)

    stored = payment.reload()
    assert (stored.status, stored.needs_review_at, stored.review_reason) == (P.SUCCEEDED, None, "")


def test_money_for_what_is_not_due_any_more_is_kept_and_shown(invoice):
    payment = collect(invoice, Till(SILENCE), at=NOW)
    with write():  # part of it was credited while the provider was silent
        Invoice.update(amount_credited=2000, amount_due=380, total_credited=2000).execute()
    payment.settle(TAKEN, at=NOW)

    stored = invoice.reload()
    assert (stored.status, stored.amount_paid) == (InvoiceStatus.PAID, 380)
    assert payment.reload().review_reason == "not_due"
    assert Event.get(Event.type == "payment.review_needed").data["not_due"] == 2000


def test_a_crash_before_the_answer_is_asked_for_by_the_same_key(invoice):
    payment = Payment.begin(invoice, None, at=NOW)  # and then the process died
    till = Till()

    payment.reload().ask_again(till, at=NOW + timedelta(minutes=5))

    assert (till.asked, till.keys) == ([payment.key], [])
    assert invoice.reload().status == InvoiceStatus.PAID


def a_first_invoice(**given) -> Invoice:
    customer = a_customer()
    a_payment_method(customer=customer, **given)
    return a_subscription(customer=customer, paid=False).invoices.get()


def test_a_subscription_begins_when_its_first_direct_debit_is_on_its_way():
    invoice = a_first_invoice(type="sepa_debit")
    payment = collect(invoice, Till(ON_ITS_WAY), at=NOW)

    assert invoice.subscription.reload().status == "active"
    assert (invoice.reload().status, payment.reload().status) == (InvoiceStatus.OPEN, P.PENDING)
    assert types().count("customer.subscription.updated") == 1
    assert Event.get(Event.type == "customer.subscription.updated").data["status"] == "active"

    for _ in range(2):
        payment.settle(ON_ITS_WAY, at=NOW)
    payment.settle(TAKEN, at=NOW + timedelta(days=20))
    assert types().count("customer.subscription.updated") == 1
    assert invoice.subscription.reload().status == "active"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (ON_ITS_WAY, "card"),
        (Charge(P.PENDING), "sepa_debit"),  # nobody has said that it was accepted
        (SILENCE, "sepa_debit"),
        (CONFIRM, "sepa_debit"),
        (REFUSED, "sepa_debit"),
    ],
)
def test_a_subscription_does_not_begin_on_less_than_an_accepted_debit(answer, kind):
    invoice = a_first_invoice(type=kind)
    collect(invoice, Till(answer), at=NOW)
    assert invoice.subscription.reload().status == "incomplete"


def test_a_first_direct_debit_that_fails_later_is_dunned():
    invoice = a_first_invoice(type="sepa_debit")
    payment = collect(invoice, Till(ON_ITS_WAY), at=NOW)

    payment.settle(REFUSED, at=NOW + timedelta(days=17))

    assert invoice.subscription.reload().status == "past_due"
    assert invoice.reload().next_attempt_at == NOW + timedelta(days=18)
    assert "invoice.payment_failed" in types()


def test_a_direct_debit_may_be_on_its_way_for_two_months():
    invoice = a_first_invoice(type="sepa_debit")
    payment = collect(invoice, Till(ON_ITS_WAY), at=NOW)
    for day in range(1, 70):
        asking.ask(payment.reload(), Till(ON_ITS_WAY), at=NOW + timedelta(days=day))
        is_left_alone = payment.reload().needs_review_at is None
        assert is_left_alone == (day < 60), day


def test_what_never_arrived_is_sent_again_within_a_day_and_no_longer(invoice):
    payment = Payment.begin(invoice, None, at=NOW)
    till = Till(arrives=False)

    payment.ask_again(till, at=NOW + timedelta(days=1))

    assert till.keys == []
    assert (payment.reload().status, payment.failure_reason) == (P.FAILED, "never_arrived")


def test_many_are_charged_and_settled_at_once():
    invoices = []
    for token in ("tok_visa", "tok_sepa"):
        customer = a_customer()
        a_payment_method(customer=customer, token=token)
        invoices.append(an_invoice(customer=customer))
    payments = [Payment.begin(invoice, None, at=NOW) for invoice in invoices]
    till = Till()

    ask_all(payments, till, at=NOW)

    assert till.keys == [payment.key for payment in payments]
    assert till.tokens == ["tok_visa", "tok_sepa"]
    assert {invoice.reload().status for invoice in invoices} == {InvoiceStatus.PAID}


def test_answers_of_many_are_judged_one_by_one():
    customers = [a_customer() for _ in range(3)]
    for customer in customers:
        a_payment_method(customer=customer)
    payments = [Payment.begin(an_invoice(customer=each), None, at=NOW) for each in customers]

    settle_all(zip(payments, [TAKEN, REFUSED, TAKEN._replace(amount=1)], strict=True), at=NOW)

    statuses = [payment.reload().status for payment in payments]
    assert statuses == [P.SUCCEEDED, P.FAILED, P.PENDING]
    assert payments[2].reload().review_reason == "mismatch"


# ── money that the bank takes back ──────────────────────────────────────────────────────────────


def a_paid_debit() -> Payment:
    customer = a_customer()
    a_payment_method(customer=customer, token="tok_sepa", type="sepa_debit")
    subscription = a_subscription(customer=customer, paid=False)
    return collect(subscription.invoices.get(), Till(), at=NOW)


def test_a_return_makes_the_invoice_due_again_and_begins_dunning():
    payment = a_paid_debit()
    later = NOW + timedelta(days=9)

    payment.return_("AM04", at=later)

    invoice = payment.invoice.reload()
    assert (payment.reload().status, payment.returned_at) == (P.RETURNED, later)
    assert (invoice.status, invoice.amount_paid, invoice.amount_due) == ("open", 0, 1999)
    assert invoice.paid_at is None
    assert invoice.next_attempt_at == later + timedelta(days=1)
    assert invoice.subscription.reload().status == "past_due"
    assert {"payment.returned", "invoice.reopened", "invoice.payment_failed"} <= set(types())
    assert adds_up(invoice)


def test_a_return_for_good_is_not_tried_again():
    payment = a_paid_debit()
    payment.return_("AC04", at=NOW)
    assert payment.invoice.reload().next_attempt_at == NOW + timedelta(days=14)


def test_a_return_is_taken_note_of_once():
    payment = a_paid_debit()
    for _ in range(2):
        payment.return_("AC04", at=NOW)
    assert types().count("payment.returned") == 1
    assert payment.invoice.reload().attempt_count == 1


def test_a_return_may_come_as_the_answer_to_a_question():
    payment = a_paid_debit()
    payment.settle(Charge(P.RETURNED, reason="MD06"), at=NOW)
    assert payment.reload().status == P.RETURNED


def test_only_money_that_came_can_be_taken_back(invoice):
    payment = collect(invoice, Till(REFUSED), at=NOW)
    with pytest.raises(TransitionRefused):
        payment.return_("AC04", at=NOW)


def test_what_was_refunded_already_is_not_claimed_again():
    payment = a_paid_debit()
    with write():
        Payment.update(amount_refunded=500).execute()
        Invoice.update(amount_refunded=500).execute()

    payment.return_("MD06", at=NOW)

    invoice = payment.invoice.reload()
    assert (invoice.amount_paid, invoice.amount_due) == (500, 1499)
    assert payment.reload().review_reason == "not_due"
    assert adds_up(invoice)
