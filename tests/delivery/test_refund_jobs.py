"""Refunds that nobody asked for, or that have no answer, as a worker finds them."""

from datetime import timedelta

from portal.billing import refunds
from portal.billing.gateway import RefundStatus
from portal.billing.refunds import ASK_AFTER
from portal.gateways.sandbox.records import SandboxRefund
from tests.factories import NOW, a_paid_invoice


def test_a_refund_that_was_begun_and_never_asked_for_is_asked_for(run_once):
    """The process died between the commit and the call."""
    refund = refunds.begin(a_paid_invoice().payments.get(), 1000, at=NOW)

    assert run_once(NOW + ASK_AFTER).is_clean

    assert refund.reload().status == RefundStatus.SUCCEEDED
    assert SandboxRefund.select().count() == 1


def test_a_refund_that_may_still_be_answered_is_left_alone(run_once):
    refund = refunds.begin(a_paid_invoice().payments.get(), 1000, at=NOW)

    run_once(NOW + ASK_AFTER - timedelta(seconds=1))

    assert refund.reload().status == RefundStatus.PENDING
