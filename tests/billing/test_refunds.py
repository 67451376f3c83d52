from datetime import timedelta

import pytest

from portal.billing import refunds
from portal.billing.credit_notes import CreditReason
from portal.billing.credit_plans import Destination, remaining_of
from portal.billing.crediting import credit
from portal.billing.errors import PaymentNotRefundable, RefundNotFailed, RefundTooLarge
from portal.billing.events import Event
from portal.billing.gateway import GatewayUnavailable, Refunded, RefundStatus
from portal.billing.inquiries import PAUSES
from portal.billing.money import Money
from portal.billing.payments import NEVER_ARRIVED, Payment
from portal.billing.refunds import ASK_AFTER, OPEN, TRANSITIONS, Refund
from portal.gateways.sandbox.gateway import SandboxGateway
from tests.factories import NOW, a_paid_invoice, a_payment_method, an_invoice

pytestmark = pytest.mark.usefixtures("db")


class Provider(SandboxGateway):
    """The sandbox with answers of our choice; remembers what it was asked."""

    def __init__(self, *answers: Refunded | None) -> None:
        super().__init__(lambda: NOW)
        self.answers = list(answers)
        self.asked: list[tuple[int, str]] = []

    def refund(self, charge_key: str, reference: str, amount: Money, key: str, /) -> Refunded:
        self.asked.append((amount.amount, key))
        return self._next()

    def find_refund(self, key: str) -> Refunded | None:
        self.asked.append((0, key))
        return self._next()

    def _next(self) -> Refunded:
        if (answer := self.answers.pop(0)) is None:
            raise GatewayUnavailable("no answer")
        return answer


SUCCEEDED = Refunded(RefundStatus.SUCCEEDED, "ref_1")
FAILED = Refunded(RefundStatus.FAILED, "ref_1", "expired_or_canceled_card")
PENDING = Refunded(RefundStatus.PENDING, "ref_1")


def a_refund(amount: int = 1000) -> Refund:
    return refunds.begin(a_paid_invoice().payments.get(), amount, at=NOW)


def test_a_refund_takes_its_room_before_the_provider_is_asked():
    refund = a_refund(1000)

    assert refund.status == RefundStatus.PENDING
    assert refund.payment.reload().amount_refunded == 1000
    assert refund.payment.invoice.reload().amount_refunded == 1000
    assert refund.ask_next_at == NOW + ASK_AFTER


def test_never_more_goes_back_than_came():
    payment = a_refund(2000).payment

    with pytest.raises(RefundTooLarge):
        refunds.begin(payment, 381, at=NOW)

    assert refunds.begin(payment, 380, at=NOW).amount == 380


def test_a_reader_of_yesterday_cannot_refund_twice():
    payment = a_paid_invoice().payments.get()
    stale = payment.reload()
    refunds.begin(payment, 2380, at=NOW)

    with pytest.raises(RefundTooLarge):
        refunds.begin(stale, 1, at=NOW)


def test_a_payment_that_never_came_is_not_refunded():
    invoice = an_invoice()
    payment = Payment.begin(invoice, a_payment_method(customer=invoice.customer), at=NOW)

    with pytest.raises(PaymentNotRefundable):
        refunds.begin(payment, 1, at=NOW)


def test_the_provider_refunds_once_a_key():
    refund, provider = a_refund(), Provider(SUCCEEDED)

    refund.ask(provider, NOW)
    refund.ask(provider, NOW)

    assert provider.asked == [(1000, refund.key)]
    assert refund.reload().status == RefundStatus.SUCCEEDED
    assert refund.settled_at == NOW
    assert refund.ask_next_at is None


def test_the_sandbox_gives_money_back():
    refund = a_refund()

    refund.ask(SandboxGateway(lambda: NOW), NOW)

    assert refund.status == RefundStatus.SUCCEEDED


def test_a_refund_that_failed_gives_its_room_back_and_is_told():
    refund = a_refund(2380)

    refund.ask(Provider(FAILED), NOW)

    payment = refund.payment.reload()
    assert payment.amount_refunded == payment.invoice.amount_refunded == 0
    event = Event.get(Event.type == "refund.failed")
    assert event.data["reason"] == "expired_or_canceled_card"


def test_an_answer_counts_once():
    refund = a_refund()
    refund.settle(FAILED, at=NOW)

    refund.settle(FAILED, at=NOW)
    refund.settle(SUCCEEDED, at=NOW)

    assert refund.reload().status == RefundStatus.FAILED
    assert refund.payment.reload().amount_refunded == 0
    assert Event.select().where(Event.type == "refund.failed").count() == 1


def test_what_has_ended_stays_as_it_is():
    assert set(OPEN) == {RefundStatus.PENDING, RefundStatus.UNKNOWN}
    assert not TRANSITIONS[RefundStatus.SUCCEEDED] | TRANSITIONS[RefundStatus.FAILED]


def test_a_refund_without_an_answer_is_asked_for_on_a_schedule_and_then_a_person_looks():
    refund = a_refund()
    refund.ask(Provider(None), NOW)
    at = NOW

    for pause in PAUSES:
        assert refund.status == RefundStatus.UNKNOWN
        assert refund.ask_next_at == at + pause
        assert refund.needs_review_at is None
        at = refund.ask_next_at
        refund.ask_again(Provider(None), at)

    assert refund.ask_next_at is None
    assert refund.needs_review_at == at
    # The room stays taken: it may have gone back.
    assert refund.payment.reload().amount_refunded == 1000


def test_an_unknown_refund_is_settled_by_what_is_found():
    refund = a_refund()
    refund.ask(Provider(None), NOW)
    provider = Provider(SUCCEEDED)

    refund.ask_again(provider, NOW + PAUSES[0])

    assert provider.asked == [(0, refund.key)]
    assert refund.status == RefundStatus.SUCCEEDED


class Forgetful(Provider):
    def find_refund(self, key: str) -> None:
        return None


def test_a_refund_that_never_arrived_is_sent_again_with_the_same_key():
    refund = a_refund()
    provider = Forgetful(SUCCEEDED)

    refund.ask_again(provider, NOW + PAUSES[0])

    assert provider.asked == [(1000, refund.key)]


def test_a_refund_that_never_arrived_is_not_sent_after_a_day():
    refund = a_refund()

    refund.ask_again(Forgetful(), NOW + timedelta(days=1))

    assert (refund.status, refund.failure_reason) == (RefundStatus.FAILED, NEVER_ARRIVED)
    assert refund.payment.reload().amount_refunded == 0


def test_a_refund_that_the_provider_works_on_is_looked_in_on_daily():
    refund = a_refund()

    refund.ask(Provider(PENDING), NOW)

    assert (refund.status, refund.reference) == (RefundStatus.PENDING, "ref_1")
    assert refund.ask_next_at == NOW + timedelta(days=1)
    assert refund.needs_review_at is None


def test_only_what_is_due_to_be_asked_is_asked():
    refund = a_refund()

    assert not Refund.to_ask(NOW).exists()
    assert list(Refund.to_ask(NOW + ASK_AFTER)) == [refund]


def test_a_failed_refund_is_tried_again_once():
    invoice = a_paid_invoice()
    credit(invoice, remaining_of(invoice), reason=CreditReason.OTHER, at=NOW, to=Destination.REFUND)
    failed = Refund.get().settle(FAILED, at=NOW)

    again = refunds.again(failed, at=NOW)

    assert (again.amount, again.credit_note, again.key != failed.key) == (
        2380,
        failed.credit_note,
        True,
    )
    with pytest.raises(RefundNotFailed):
        refunds.again(failed, at=NOW)


def test_what_was_paid_outside_is_given_back_outside():
    payment = Payment.record_outside(an_invoice(), 2380, note="Cash", at=NOW)

    refund = refunds.begin(payment, 1000, at=NOW)

    assert (refund.status, refund.is_outside) == (RefundStatus.SUCCEEDED, True)
    assert not Refund.to_ask(NOW + timedelta(days=9)).exists()
