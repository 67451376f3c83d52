"""Refunds: money that goes back the way it came, written down before the provider is asked."""

from datetime import datetime, timedelta
from typing import Any, Self

from peewee import Check, ForeignKeyField, IntegerField, ModelSelect, TextField

from portal.billing import events
from portal.billing.credit_notes import CreditNote
from portal.billing.errors import RefundNotFailed
from portal.billing.gateway import (
    Gateway,
    GatewayUnavailable,
    Refunded,
    RefundStatus,
)
from portal.billing.inquiries import ANSWERED, unanswered_columns
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.money import Money
from portal.billing.payments import NEVER_ARRIVED, OUTSIDE, SEND_AGAIN_WITHIN, Payment
from portal.billing.refund_limits import give_room_back, take_room
from portal.database import write
from portal.record import EnumField, MoneyField, Record, UTCDateTimeField

R = RefundStatus
TRANSITIONS: dict[RefundStatus, frozenset[RefundStatus]] = {
    R.PENDING: frozenset({R.PENDING, R.UNKNOWN, R.SUCCEEDED, R.FAILED}),
    R.UNKNOWN: frozenset({R.PENDING, R.UNKNOWN, R.SUCCEEDED, R.FAILED}),
    R.SUCCEEDED: frozenset(),
    R.FAILED: frozenset(),
}
OPEN = tuple(status for status, following in TRANSITIONS.items() if following)
# Who began a refund asks at once; if that never came to it, the worker asks.
ASK_AFTER = timedelta(minutes=1)
# A provider that has it and is not done yet is looked in on.
LOOK_EVERY = timedelta(days=1)


class Refund(Record):
    """A part of a payment that is given back."""

    PREFIX = "re"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    payment = ForeignKeyField(Payment, backref="refunds", on_delete="RESTRICT")
    credit_note = ForeignKeyField(CreditNote, null=True, backref="refunds", on_delete="RESTRICT")
    gateway = TextField()
    amount = MoneyField(constraints=[Check("amount > 0")])
    currency = TextField(constraints=[Check("length(currency) = 3")])
    status = EnumField(RefundStatus, default=RefundStatus.PENDING)
    reference = TextField(default="")
    failure_reason = TextField(default="")
    settled_at = UTCDateTimeField(null=True)
    # The failed one that this one repeats; a failure is made good once.
    repeats = ForeignKeyField("self", null=True, unique=True, on_delete="SET NULL")
    asked_count = IntegerField(default=0)
    ask_next_at = UTCDateTimeField(null=True)
    needs_review_at = UTCDateTimeField(null=True)

    @classmethod
    def of(cls, invoice: Invoice) -> ModelSelect:
        """All refunds of the payments of an invoice, oldest first."""
        return (
            cls.select(cls, Payment)
            .join(Payment)
            .where(Payment.invoice == invoice)
            .order_by(cls.id)
        )

    @classmethod
    def to_ask(cls, at: datetime, after: str = "") -> ModelSelect:
        """Refunds whose outcome must be asked for by now, by id, after the one named."""
        return cls.select().where((cls.ask_next_at <= at) & (cls.id > after)).order_by(cls.id)

    @property
    def key(self) -> str:
        """The idempotency key: one refund at the provider, however often it is asked."""
        return f"refund-{self.id}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def is_unanswered(self) -> bool:
        return self.status in OPEN

    @property
    def is_outside(self) -> bool:
        return self.gateway == OUTSIDE

    @property
    def can_be_repeated(self) -> bool:
        repeated = Refund.select().where(Refund.repeats == self)
        return self.status == RefundStatus.FAILED and not repeated.exists()

    def ask(self, gateway: Gateway, at: datetime) -> Self:
        """Ask the provider, and act on the answer. Not inside a transaction."""
        if not self.is_unanswered:
            return self
        payment = self.payment
        try:
            answer = gateway.refund(payment.key, payment.reference, self.money, self.key)
        except GatewayUnavailable:
            answer = Refunded(RefundStatus.UNKNOWN)
        return self.settle(answer, at=at)

    def ask_again(self, gateway: Gateway, at: datetime) -> Self:
        """What became of it? One that never arrived is sent with the same key, within a day;
        later it has failed, and nothing went back."""
        try:
            found = gateway.find_refund(self.key)
        except GatewayUnavailable:
            return self.settle(Refunded(RefundStatus.UNKNOWN), at=at)
        if found is None and at < self.created_at + SEND_AGAIN_WITHIN:
            return self.ask(gateway, at)
        never = Refunded(RefundStatus.FAILED, reason=NEVER_ARRIVED)
        return self.settle(found or never, at=at)

    def settle(self, answer: Refunded, *, at: datetime) -> Self:
        """Act on an answer once, whether it came by return or by callback.

        A refund that failed gives its room back: the money is still there.
        """
        with write():
            unanswered = (Refund.id == self.id) & Refund.status.in_(OPEN)
            first = Refund.update(self._columns(answer, at)).where(unanswered).execute() == 1
            self.__data__.update(self.reload().__data__)
            if not first or self.is_unanswered:
                return self
            if self.status == RefundStatus.FAILED:
                give_room_back(self.payment, self.amount)
            self.record_event(f"refund.{self.status}", at)
        return self

    def _columns(self, answer: Refunded, at: datetime) -> dict[str, Any]:
        columns = {
            "status": answer.status,
            "reference": answer.reference or self.reference,
            "failure_reason": answer.reason,
        }
        match answer.status:
            case RefundStatus.UNKNOWN:
                return columns | unanswered_columns(self.asked_count, at)
            case RefundStatus.PENDING:
                return columns | ANSWERED | {"ask_next_at": at + LOOK_EVERY}
        return columns | ANSWERED | {"settled_at": at}

    def record_event(self, type_: str, at: datetime) -> None:
        invoice = self.payment.invoice
        events.record(
            type_,
            self.merchant_id,
            at=at,
            object_id=self.id,
            customer_id=invoice.customer_id,
            invoice=invoice.id,
            number=invoice.number or "",
            credit_note=self.credit_note_id or "",
            amount=self.amount,
            currency=self.currency,
            reason=self.failure_reason,
        )


Refund.add_index(Refund.merchant, Refund.id, name="refund_merchant_newest")
Refund.add_index(
    Refund.merchant,
    Refund.settled_at,
    Refund.id,
    where=Refund.settled_at.is_null(False),
    name="refund_settled",
)
Refund.add_index(
    Refund.ask_next_at,
    Refund.id,
    where=Refund.ask_next_at.is_null(False),
    name="refund_to_ask",
)
Refund.add_index(
    Refund.merchant,
    Refund.needs_review_at,
    where=Refund.needs_review_at.is_null(False),
    name="refund_to_review",
)


def begin(
    payment: Payment,
    amount: int,
    credit_note: CreditNote | None = None,
    *,
    at: datetime,
    repeats: Refund | None = None,
) -> Refund:
    """Write down that `amount` goes back; `ask` the provider after the transaction.

    What was paid outside is given back outside: that is recorded, and nobody is asked. Raises
    `RefundTooLarge` for more than was paid and has not gone back, `PaymentNotRefundable`.
    """
    if payment.gateway == OUTSIDE:
        return record_outside(payment, amount, credit_note, at=at)
    columns = {"gateway": payment.gateway, "ask_next_at": at + ASK_AFTER, "repeats": repeats}
    return _create(payment, amount, credit_note, at=at, **columns)


def record_outside(
    payment: Payment, amount: int, credit_note: CreditNote | None = None, *, at: datetime
) -> Refund:
    """Money that the merchant gives back another way. Raises as `begin` does."""
    with write():
        columns = {"gateway": OUTSIDE, "status": RefundStatus.SUCCEEDED, "settled_at": at}
        refund = _create(payment, amount, credit_note, at=at, **columns)
        refund.record_event("refund.succeeded", at)
    return refund


def again(refund: Refund, *, at: datetime) -> Refund:
    """A new try of a refund that failed. Raises `RefundNotFailed`, and as `begin` does."""
    with write():
        refund.refresh()
        if not refund.can_be_repeated:
            raise RefundNotFailed
        return begin(refund.payment, refund.amount, refund.credit_note, at=at, repeats=refund)


def _create(
    payment: Payment, amount: int, credit_note: CreditNote | None, *, at: datetime, **columns: Any
) -> Refund:
    with write():
        take_room(payment, amount)
        refund = Refund.create(
            merchant=payment.merchant_id,
            payment=payment,
            credit_note=credit_note,
            amount=amount,
            currency=payment.currency,
            created_at=at,
            **columns,
        )
        refund.record_event("refund.created", at)
    return refund
