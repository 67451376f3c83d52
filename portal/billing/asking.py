"""Payments without an answer: asked for by their key, on a schedule, and never sent anew.

After 5 minutes, an hour and then daily, five times; after that a person decides (`reviews`).
"""

from datetime import datetime

from peewee import ModelSelect

from portal.billing import dunning_answers
from portal.billing.gateway import GatewayFor
from portal.billing.inquiries import unanswered_columns
from portal.billing.payments import Payment
from portal.database import write

NO_ANSWER = "no_answer"


def due(at: datetime, after: str = "") -> ModelSelect:
    """Payments whose outcome is to be asked for by now, by id, after the one named."""
    waiting = (Payment.ask_next_at <= at) & (Payment.id > after)
    return Payment.select().where(waiting).order_by(Payment.id)


def ask(payment: Payment, gateway_for: GatewayFor, *, at: datetime) -> Payment:
    """One question of the schedule, asked by one worker only; the answer is acted upon.

    Not inside a transaction: a provider is called. After the last one without an answer, a
    person has to look.
    """
    gateway = gateway_for(payment.gateway, payment.merchant)
    if not _claim(payment, at):
        return payment
    payment.ask_again(gateway, at=at)
    if payment.is_unanswered and payment.needs_review_at and not payment.review_reason:
        with write():
            if payment.refresh().is_unanswered:
                payment.flag(NO_ANSWER, at)
                dunning_answers.await_answer(payment.invoice, at=at)
    return payment


def _claim(payment: Payment, at: datetime) -> bool:
    """Count the question before it is asked: a crash in between costs one, not all."""
    columns = unanswered_columns(payment.asked_count, at)
    is_ours = (
        (Payment.id == payment.id)
        & (Payment.asked_count == payment.asked_count)
        & (Payment.ask_next_at <= at)
    )
    with write():
        if not Payment.update(columns).where(is_ours).execute():
            return False
        payment.refresh()
    return payment.is_unanswered
