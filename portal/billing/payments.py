"""Payments: attempts to collect an invoice, written down before any money moves."""

from datetime import datetime
from typing import Self

from peewee import (
    Check,
    ForeignKeyField,
    IntegerField,
    IntegrityError,
    ModelSelect,
    TextField,
)

from portal.billing import events
from portal.billing.errors import (
    InvoiceAlreadyPaid,
    InvoiceNotOpen,
    NoPaymentMethod,
    PaymentPending,
)
from portal.billing.gateway import UNANSWERED, Charge, Gateway, GatewayUnavailable, PaymentStatus
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import Merchant
from portal.billing.money import Money
from portal.billing.payment_methods import PaymentMethod
from portal.database import write
from portal.ids import new_id
from portal.record import EnumField, MoneyField, Record, UTCDateTimeField

OUTSIDE = "outside"


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
    # Questions about an outcome: how many were asked, when the next is; then a person looks.
    asked_count = IntegerField(default=0)
    ask_next_at = UTCDateTimeField(null=True)
    needs_review_at = UTCDateTimeField(null=True)
    amount_refunded = MoneyField(default=0)

    @classmethod
    def unanswered(cls) -> ModelSelect:
        """Attempts whose outcome must still be asked for, oldest first."""
        return cls.select().where(cls.status.in_(UNANSWERED)).order_by(cls.id)

    @classmethod
    def newest_of(cls, invoice: Invoice) -> Self | None:
        """The attempt whose outcome counts."""
        return cls.select().where(cls.invoice == invoice).order_by(cls.id.desc()).first()

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
            return cls.create(
                merchant=invoice.merchant_id,
                invoice=invoice,
                payment_method=method,
                gateway=method.gateway,
                amount=invoice.amount_due,
                currency=invoice.currency,
                nonce=nonce,
                created_at=at,
            )

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

    def ask(self, gateway: Gateway, *, at: datetime) -> Self:
        """Ask the provider to charge, and act on the answer. Not inside a transaction."""
        token = self.payment_method.token if self.payment_method else ""
        try:
            charge = gateway.charge(self.money, token, self.key)
        except GatewayUnavailable:
            charge = Charge(PaymentStatus.UNKNOWN)
        return self.settle(charge, at=at)

    def ask_again(self, gateway: Gateway, *, at: datetime) -> Self:
        """What became of it? An attempt that never arrived is sent with the same key."""
        try:
            charge = gateway.find_charge(self.key)
        except GatewayUnavailable:
            return self
        return self.settle(charge, at=at) if charge else self.ask(gateway, at=at)

    def settle(self, charge: Charge, *, at: datetime) -> Self:
        """Act on an answer once, whether it came by return or by callback."""
        with write():
            unanswered = (Payment.id == self.id) & Payment.status.in_(UNANSWERED)
            columns = {
                "status": charge.status,
                "reference": charge.reference,
                "failure_reason": charge.reason,
                "action_url": charge.action_url,
                "settled_at": None if charge.status in UNANSWERED else at,
            }
            first = Payment.update(columns).where(unanswered).execute() == 1
            self.__data__.update(self.reload().__data__)
            if first and charge.status == PaymentStatus.SUCCEEDED:
                self.invoice.pay(self.amount, at=at)
            if first and charge.status not in UNANSWERED:
                self.record_event(f"payment.{charge.status}", at)
        return self

    def record_event(self, type_: str, at: datetime) -> None:
        events.record(
            type_,
            self.merchant_id,
            at=at,
            object_id=self.id,
            customer_id=self.invoice.customer_id,
            invoice=self.invoice_id,
            reason=self.failure_reason,
        )


Payment.add_index(
    Payment.invoice,
    unique=True,
    where=Payment.status.in_([status.value for status in UNANSWERED]),
    name="payment_one_unanswered",
)
Payment.add_index(Payment.invoice, Payment.nonce, unique=True, name="payment_once_a_form")


def collect(
    invoice: Invoice,
    gateway: Gateway,
    *,
    at: datetime,
    method: PaymentMethod | None = None,
    nonce: str | None = None,
) -> Payment:
    """Charge what is due to `method` (the customer's default if none is named).

    The attempt is committed before the provider is called. The same `nonce` again is
    answered with the attempt that it led to. Raises as `Payment.begin` does.
    """
    try:
        with write():
            if earlier := _sent_before(invoice, nonce):
                return earlier
            payment = Payment.begin(invoice, method, at=at, nonce=nonce)
    except IntegrityError as error:  # another process was faster
        if earlier := _sent_before(invoice, nonce):
            return earlier
        raise PaymentPending from error
    return payment.ask(gateway, at=at)


def _sent_before(invoice: Invoice, nonce: str | None) -> Payment | None:
    if nonce is None:
        return None
    return Payment.get_or_none((Payment.invoice == invoice) & (Payment.nonce == nonce))
