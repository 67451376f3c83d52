"""Random histories of one invoice: whatever comes in whatever order, the sums hold."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.billing import asking, dunning, ledger_check, reviews
from portal.billing.collecting import collect
from portal.billing.errors import BillingError, TransitionRefused
from portal.billing.gateway import UNANSWERED, Charge, PaymentStatus
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.ledger_differences import LedgerDifference
from portal.billing.payments import Payment
from portal.database import database
from tests.billing.tills import LOST, ON_ITS_WAY, REFUSED, SILENCE, TAKEN, Till
from tests.factories import NOW, a_customer, a_payment_method, a_subscription, an_invoice

pytestmark = pytest.mark.usefixtures("db")
ANSWERS = [
    *(TAKEN, TAKEN._replace(amount=2380, currency="EUR"), REFUSED, LOST, SILENCE, ON_ITS_WAY),
    *(Charge(PaymentStatus.REQUIRES_ACTION), Charge(PaymentStatus.RETURNED, reason="AC04")),
    *(TAKEN._replace(amount=1), TAKEN._replace(currency="USD")),
]
STEPS = (
    *("pay", "answer", "ask", "retry", "return", "yes", "no", "done"),
    *("another_method", "outside", "part", "write_off", "void", "stop"),
)
HISTORIES = st.lists(
    st.tuples(st.sampled_from(STEPS), st.sampled_from(ANSWERS), st.integers(0, 72)),
    min_size=1,
    max_size=14,
)


class History:
    """An invoice, its provider, and a clock that only goes forward."""

    def __init__(self) -> None:
        self.customer = a_customer()
        a_payment_method(customer=self.customer)
        subscription = a_subscription(customer=self.customer)
        self.invoice: Invoice = an_invoice(
            customer=self.customer,
            subscription=subscription,
            period_index=1,
            billing_reason="subscription_cycle",
            collection_method="charge_automatically",
        )
        self.at, self.till = NOW, Till()
        self.keys_while_waiting: set[str] = set()

    def step(self, name: str, answer: Charge, hours: int) -> None:
        self.at += timedelta(hours=hours)
        self.till.answer = answer
        waiting = self.unanswered()
        sent = len(self.till.keys)
        with suppress(BillingError, TransitionRefused):
            getattr(self, name)()
        if waiting and self.unanswered() == waiting:
            assert set(self.till.keys[sent:]) <= {payment.key for payment in waiting}

    def unanswered(self) -> list[Payment]:
        return list(Payment.unanswered().where(Payment.invoice == self.invoice))

    def newest(self) -> Payment:
        return Payment.newest_of(self.invoice) or self.nothing_yet()

    def nothing_yet(self) -> Payment:
        raise TransitionRefused

    def pay(self) -> None:
        collect(self.invoice.reload(), self.till, at=self.at)

    def answer(self) -> None:
        self.newest().settle(self.till.answer, at=self.at)

    def ask(self) -> None:
        for payment in asking.due(self.at).where(Payment.invoice == self.invoice):
            asking.ask(payment, self.till, at=self.at)

    def retry(self) -> None:
        for invoice in dunning.due(self.at).where(Invoice.id == self.invoice.id):
            dunning.retry(invoice, self.till, at=self.at)

    def yes(self) -> None:
        reviews.succeeded(self.newest(), note="", at=self.at)

    def no(self) -> None:
        reviews.failed(self.newest(), note="", at=self.at)

    def done(self) -> None:
        reviews.done(self.newest(), note="", at=self.at)

    def another_method(self) -> None:
        a_payment_method(customer=self.customer, token="tok_other").make_default(at=self.at)

    def outside(self) -> None:
        due = self.invoice.reload().amount_due
        Payment.record_outside(self.invoice.reload(), due, note="", at=self.at)

    def part(self) -> None:
        Payment.record_outside(self.invoice.reload(), 100, note="", at=self.at)

    def write_off(self) -> None:
        self.invoice.reload().mark_uncollectible(at=self.at)

    def void(self) -> None:
        self.invoice.reload().void(at=self.at)

    def stop(self) -> None:
        dunning.stop(self.invoice.reload(), at=self.at)

    def check(self) -> None:
        invoice = self.invoice.reload()
        payments = list(invoice.payments)
        paid = sum(each.amount for each in payments if each.status == PaymentStatus.SUCCEEDED)
        assert invoice.amount_paid + invoice.amount_due == invoice.total
        assert invoice.amount_paid == paid
        assert (invoice.status == InvoiceStatus.PAID) == (invoice.amount_due == 0)
        assert sum(each.status in UNANSWERED for each in payments) <= 1
        assert len(set(self.till.keys)) == sum(bool(each.payment_method_id) for each in payments)
        assert invoice.status == InvoiceStatus.OPEN or invoice.next_attempt_at is None
        for each in payments:
            waits = bool(each.ask_next_at or each.needs_review_at)
            assert waits or each.status not in UNANSWERED


setattr(History, "return", lambda self: self.newest().return_("AM04", at=self.at))


@settings(max_examples=60)
@given(HISTORIES)
def test_whatever_happens_the_sums_hold(steps):
    with database.atomic() as example:
        history = History()
        for name, answer, hours in steps:
            history.step(name, answer, hours)
            history.check()
        ledger_check.check_books(history.invoice.merchant, at=history.at)
        found = LedgerDifference.open().where(
            LedgerDifference.object_id == history.invoice.id  # another one was paid by no payment
        )
        assert list(found) == []
        example.rollback()
