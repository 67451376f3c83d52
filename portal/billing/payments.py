"""Payments: attempts to collect an invoice, written down before any money moves.

An attempt with its key is committed, then the provider is called outside of any transaction,
then the answer is written where it is still awaited. Meanwhile there is no other attempt.
"""

from datetime import datetime
from typing import Any, Self

from peewee import Check, ForeignKeyField, IntegerField, ModelSelect, TextField

from portal.billing import decline_codes, events
from portal.billing.errors import (
    InvoiceAlreadyPaid,
    InvoiceNotOpen,
    NoPaymentMethod,
    PaymentPending,
)
from portal.billing.gateway import UNANSWERED, Charge, Gateway, GatewayUnavailable, PaymentStatus
from portal.billing.inquiries import DAY, unanswered_columns
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import Merchant
from portal.billing.money import Money
from portal.billing.payment_methods import PaymentMethod
from portal.database import write
from portal.ids import new_id
from portal.record import EnumField, MoneyField, Record, UTCDateTimeField

OUTSIDE = "outside"
# Providers forget keys after a day: until then, sending once more is safe.
SEND_AGAIN_WITHIN, NEVER_ARRIVED = DAY, "never_arrived"


class Payment(Record):
    """One attempt to collect an invoice, or a payment that was made outside."""

    PREFIX = "py"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    invoice = ForeignKeyField(Invoice, backref="payments", on_delete="CASCADE")
    payment_method = ForeignKeyField(PaymentMethod, null=True, index=False, on_delete="SET NULL")
    gateway = TextField()
    amount = MoneyField(constraints=[Check("amount > 0")])
    currency = TextField()
    status = EnumField(PaymentStatus, default=PaymentStatus.PENDING)
    reference = TextField(default="")
    failure_reason = TextField(default="")
    action_url = TextField(default="")
    note = TextField(default="")
    nonce = TextField(null=True)
    settled_at = UTCDateTimeField(null=True)
    returned_at = UTCDateTimeField(null=True)
    # Questions about an outcome: how many, when the next is; then a person looks, for a reason.
    asked_count = IntegerField(default=0)
    ask_next_at = UTCDateTimeField(null=True)
    needs_review_at = UTCDateTimeField(null=True)
    review_reason = TextField(default="")
    amount_refunded = MoneyField(default=0)

    class Meta:
        constraints = [Check("amount_refunded BETWEEN 0 AND amount")]

    @classmethod
    def unanswered(cls) -> ModelSelect:
        """Attempts whose outcome must still be asked for, oldest first."""
        return cls.select().where(cls.status.in_(UNANSWERED)).order_by(cls.id)

    @classmethod
    def newest_of(cls, invoice: Invoice) -> Self | None:
        """The attempt whose outcome counts."""
        return cls.select().where(cls.invoice == invoice).order_by(cls.id.desc()).first()

    @classmethod
    def attempt(
        cls, invoice: Invoice, method: PaymentMethod, *, at: datetime, nonce: str | None = None
    ) -> Self:
        """A new attempt, not saved yet: for those who insert many at once."""
        return cls(
            id=new_id(cls.PREFIX, at),
            created_at=at,
            merchant=invoice.merchant_id,
            invoice=invoice,
            payment_method=method,
            gateway=method.gateway,
            amount=invoice.amount_due,
            currency=invoice.currency,
            nonce=nonce,
            **unanswered_columns(0, at),
        )

    @classmethod
    def begin(
        cls,
        invoice: Invoice,
        method: PaymentMethod | None,
        *,
        at: datetime,
        nonce: str | None = None,
    ) -> Self:
        """Write down a new attempt; the provider may be asked only afterwards.

        `nonce` names the form that asked for it, once an invoice. Raises
        `InvoiceAlreadyPaid`, `InvoiceNotOpen`, `NoPaymentMethod`, and `PaymentPending`
        while an earlier attempt has no answer.
        """
        with write():
            invoice.refresh()
            if invoice.status == InvoiceStatus.PAID:
                raise InvoiceAlreadyPaid
            if not invoice.is_payable:
                raise InvoiceNotOpen
            if cls.unanswered().where(cls.invoice == invoice).exists():
                raise PaymentPending
            method = method or PaymentMethod.default_of(invoice.customer_id)
            if method is None:
                raise NoPaymentMethod
            payment = cls.attempt(invoice, method, at=at, nonce=nonce)
            payment.save(force_insert=True)
            invoice.await_payment()
        return payment

    @classmethod
    def record_outside(
        cls,
        invoice: Invoice,
        amount: int,
        *,
        note: str,
        at: datetime,
        payment_id: str | None = None,
    ) -> Self:
        """Money that came another way, such as cash. Raises as `Invoice.pay` does."""
        with write():
            invoice.refresh()
            if cls.unanswered().where(cls.invoice == invoice).exists():
                raise PaymentPending
            invoice.pay(amount, at=at)
            payment = cls.create(
                id=payment_id or new_id(cls.PREFIX, at),
                merchant=invoice.merchant_id,
                invoice=invoice,
                gateway=OUTSIDE,
                amount=amount,
                currency=invoice.currency,
                status=PaymentStatus.SUCCEEDED,
                note=note,
                settled_at=at,
                created_at=at,
            )
            payment.record_event("payment.succeeded", at)
        return payment

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def key(self) -> str:
        """The idempotency key: one charge at the provider, however often it is asked."""
        return f"payment-{self.id}"

    @property
    def is_unanswered(self) -> bool:
        return self.status in UNANSWERED

    @property
    def is_hard_decline(self) -> bool:
        """Whether trying the same method again is of no use."""
        return decline_codes.is_hard(self.failure_reason)

    def ask(self, gateway: Gateway, *, at: datetime) -> Self:
        """Ask the provider to charge, and act on the answer. Not inside a transaction."""
        token = self.payment_method.token if self.payment_method else ""
        try:
            charge = gateway.charge(self.money, token, self.key)
        except GatewayUnavailable:
            charge = Charge(PaymentStatus.UNKNOWN)
        return self.settle(charge, at=at)

    def ask_again(self, gateway: Gateway, *, at: datetime) -> Self:
        """What became of it? Not inside a transaction.

        An attempt that never arrived is sent with the same key, within a day; later it has
        failed, and nothing was charged.
        """
        try:
            charge = gateway.find_charge(self.key)
        except GatewayUnavailable:
            return self
        if charge is None and at - self.created_at < SEND_AGAIN_WITHIN:
            return self.ask(gateway, at=at)
        return self.settle(charge or Charge(PaymentStatus.FAILED, reason=NEVER_ARRIVED), at=at)

    def settle(self, charge: Charge, *, at: datetime) -> Self:
        """Act on an answer once, whether it came by return, by question or by callback."""
        from portal.billing import settling  # noqa: PLC0415 - each needs the other

        settling.settle_all([(self, charge)], at=at)
        return self

    def return_(self, reason: str, *, at: datetime) -> Self:
        """The bank took the money back. Raises `TransitionRefused` where none had come."""
        from portal.billing.settling import take_back  # noqa: PLC0415 - each needs the other

        take_back(self, reason, at=at)
        return self

    def flag(self, reason: str, at: datetime, **data: Any) -> None:
        """Have a person look at it, and tell the merchant, once for each reason."""
        if self.review_reason != reason:
            self.review_reason, self.needs_review_at, self.ask_next_at = reason, at, None
            self.save()
            self.record_event("payment.review_needed", at, cause=reason, **data)

    def record_event(self, type_: str, at: datetime, **data: Any) -> None:
        events.Event.create_many([self.event(type_, at, **data)])

    def event(self, type_: str, at: datetime, **data: Any) -> events.Event:
        """What happened to it, not written down yet."""
        return events.made(
            type_,
            self.merchant_id,
            at=at,
            object_id=self.id,
            customer_id=self.invoice.customer_id,
            invoice=self.invoice_id,
            number=self.invoice.number or "",
            amount=self.amount,
            currency=self.currency,
            reason=self.failure_reason,
            **data,
        )


Payment.add_index(
    Payment.invoice,
    unique=True,
    where=Payment.status.in_([status.value for status in UNANSWERED]),
    name="payment_one_unanswered",
)
Payment.add_index(Payment.invoice, Payment.nonce, unique=True, name="payment_once_a_form")
is_asked = Payment.ask_next_at.is_null(False)
Payment.add_index(Payment.ask_next_at, Payment.id, where=is_asked, name="payment_to_ask")
is_reviewed = Payment.needs_review_at.is_null(False)
Payment.add_index(
    Payment.merchant, Payment.needs_review_at, where=is_reviewed, name="payment_to_review"
)
DATED = {"payment_settled": Payment.settled_at, "payment_returned": Payment.returned_at}
for name, moment in DATED.items():
    Payment.add_index(Payment.merchant, moment, Payment.id, where=moment.is_null(False), name=name)
