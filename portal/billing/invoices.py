"""Invoices: what is owed, since when, and what was paid of it."""

from datetime import datetime
from typing import Self

from peewee import Check, ForeignKeyField, IntegerField, ModelSelect, TextField

from portal.billing import events
from portal.billing.customers import Customer
from portal.billing.errors import (
    AmountNotDue,
    InvoiceAlreadyPaid,
    InvoiceHasCreditNotes,
    InvoiceNotOpen,
    PaymentPending,
    TransitionRefused,
)
from portal.billing.gateway import UNANSWERED
from portal.billing.holding import hold
from portal.billing.invoice_status import TRANSITIONS, InvoiceStatus
from portal.billing.merchants import Merchant
from portal.billing.money import Money
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscriptions import Subscription
from portal.database import write
from portal.record import EnumField, JSONField, MoneyField, Record, UTCDateTimeField

__all__ = ["Invoice", "InvoiceStatus"]


class Invoice(Record):
    """A demand for money. Once issued it never changes, apart from what was paid of it.

    `subtotal` is net, `tax` the VAT, `total` gross; all in minor units of `currency`.
    `document` holds everything that the printed document says.
    """

    PREFIX = "in"

    merchant = ForeignKeyField(Merchant, backref="invoices", index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, backref="invoices", index=False, on_delete="RESTRICT")
    subscription = ForeignKeyField(
        Subscription, backref="invoices", null=True, index=False, on_delete="RESTRICT"
    )
    period_index = IntegerField(null=True)
    billing_reason = TextField(default="manual")
    number = TextField(null=True)
    status = EnumField(InvoiceStatus, default=InvoiceStatus.DRAFT)
    currency = TextField(constraints=[Check("length(currency) = 3")])
    collection_method = EnumField(CollectionMethod, default=CollectionMethod.SEND_INVOICE)
    subtotal = MoneyField(default=0)
    tax = MoneyField(default=0)
    total = MoneyField(default=0)
    amount_paid = MoneyField(default=0)
    # Taken back by credit notes while it was not paid, and paid from the customer's balance.
    amount_credited = MoneyField(default=0)
    amount_from_balance = MoneyField(default=0)
    amount_due = MoneyField(default=0)
    # All credit notes together, and the money that went back.
    total_credited = MoneyField(default=0)
    amount_refunded = MoneyField(default=0)
    issued_at = UTCDateTimeField(null=True)
    due_at = UTCDateTimeField(null=True)
    paid_at = UTCDateTimeField(null=True)
    voided_at = UTCDateTimeField(null=True)
    # The invoice that this one takes the place of, with other billing details: once an invoice.
    corrects = ForeignKeyField(
        "self", null=True, unique=True, backref="corrections", on_delete="SET NULL"
    )
    # Dunning: since when, how often collecting has failed, when it is tried (or asked for) next,
    # and when it was given up.
    dunning_began_at = UTCDateTimeField(null=True)
    attempt_count = IntegerField(default=0)
    next_attempt_at = UTCDateTimeField(null=True)
    dunning_ended_at = UTCDateTimeField(null=True)
    description = TextField(default="")
    document = JSONField(default=dict)

    class Meta:
        constraints = [
            Check("subtotal + tax = total"),
            Check("amount_paid + amount_credited + amount_from_balance + amount_due = total"),
            Check("total_credited BETWEEN 0 AND total"),
            Check("amount_refunded BETWEEN 0 AND amount_paid"),
            Check("amount_due >= 0"),
            Check("status = 'draft' OR number IS NOT NULL"),
        ]

    @classmethod
    def issued(cls) -> ModelSelect:
        """Invoices that a customer may see, newest first."""
        return cls.select().where(cls.status != InvoiceStatus.DRAFT).order_by(cls.id.desc())

    @classmethod
    def open_of(cls, customer: Customer) -> ModelSelect:
        return cls.issued().where((cls.customer == customer) & (cls.status == InvoiceStatus.OPEN))

    def refresh(self) -> Self:
        """Holds its subscription first: the order everywhere (see `holding`)."""
        if self.subscription_id:
            hold(Subscription, [self.subscription_id])
        return super().refresh()

    @property
    def money_due(self) -> Money:
        return Money(self.amount_due, self.currency)

    @property
    def is_payable(self) -> bool:
        return self.status in {InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE}

    def is_overdue(self, at: datetime) -> bool:
        return self.status == InvoiceStatus.OPEN and self.due_at is not None and self.due_at < at

    def pay(self, amount: int, *, at: datetime) -> None:
        """Take note of `amount` minor units received.

        Raises `InvoiceAlreadyPaid`, `InvoiceNotOpen`, `AmountNotDue`.
        """
        with write():
            self.refresh()
            self.receive(amount)
            if self.amount_due == 0:
                self.settle(at=at)
            self.save()

    def receive(self, amount: int) -> None:
        """The rule of `pay`, for those who hold many rows and save them at once."""
        if self.status == InvoiceStatus.PAID:
            raise InvoiceAlreadyPaid
        if not self.is_payable:
            raise InvoiceNotOpen
        if not 0 < amount <= self.amount_due:
            raise AmountNotDue
        self.amount_paid += amount
        self.amount_due -= amount

    def await_payment(self) -> None:
        """An attempt is under way: what comes next follows from its outcome."""
        if self.next_attempt_at:
            self.next_attempt_at = None
            self.save()

    def take_back(self, amount: int, *, at: datetime) -> None:
        """A bank took `amount` minor units back, or what of it was not refunded: due again."""
        with write():
            self.refresh()
            back = min(amount, self.amount_paid - self.amount_refunded)
            if back <= 0:
                return
            self.amount_paid -= back
            self.amount_due += back
            if self.status == InvoiceStatus.PAID:
                self.become(InvoiceStatus.OPEN)
                self.paid_at = self.dunning_began_at = self.dunning_ended_at = None
            self.save()
            self.record_event("invoice.reopened", at)

    def settle(self, *, at: datetime) -> None:
        """Nothing is due any more; it was paid when the last part came, in whatever order noted."""
        self.become(InvoiceStatus.PAID)
        came = [payment.settled_at for payment in self.payments if payment.status == "succeeded"]
        self.paid_at = max([at, *came])
        self.save()
        self.record_event("invoice.paid", at)
        if self.subscription_id:
            self.subscription.first_payment_arrived(at=at)

    def void(self, *, at: datetime) -> None:
        """Declare it invalid; its number stays used, and what the balance paid returns there.

        Raises `InvoiceNotOpen`, `InvoiceHasCreditNotes`, `PaymentPending`.
        """
        from portal.billing import recoveries  # noqa: PLC0415 - needs invoices
        from portal.billing.customer_balances import give_back  # noqa: PLC0415 - needs invoices

        with write():
            self.refresh()
            if not self.is_payable or self.amount_paid:
                raise InvoiceNotOpen
            if self.payments.where(self.payments.model.status.in_(UNANSWERED)).exists():
                raise PaymentPending
            if self.total_credited:
                raise InvoiceHasCreditNotes
            self.become(InvoiceStatus.VOID)
            self.voided_at = at
            give_back(self, at)
            self.save()
            self.record_event("invoice.voided", at)
            if self.subscription_id:
                recoveries.invoice_voided(self.subscription, at=at)

    def mark_uncollectible(self, *, at: datetime) -> None:
        """Expect no money of it any more; it can still be paid. Raises `InvoiceNotOpen`."""
        with write():
            self.refresh()
            if self.status != InvoiceStatus.OPEN:
                raise InvoiceNotOpen
            self.become(InvoiceStatus.UNCOLLECTIBLE)
            self.save()
            self.record_event("invoice.marked_uncollectible", at)

    def become(self, status: InvoiceStatus) -> None:
        """Not saved yet. Raises `TransitionRefused`."""
        if status not in TRANSITIONS[self.status]:
            raise TransitionRefused(f"{self.status} to {status}")
        self.status = status
        if status != InvoiceStatus.OPEN:
            self.next_attempt_at = None

    def record_event(self, type_: str, at: datetime, **data: str) -> None:
        events.Event.create_many([self.event(type_, at, **data)])

    def event(self, type_: str, at: datetime, **data: str) -> events.Event:
        """What happened to it, not written down yet."""
        return events.made(
            type_,
            self.merchant_id,
            at=at,
            object_id=self.id,
            customer_id=self.customer_id,
            number=self.number or "",
            **data,
        )


Invoice.add_index(Invoice.merchant, Invoice.number, unique=True, name="invoice_number")
Invoice.add_index(
    Invoice.subscription,
    Invoice.period_index,
    Invoice.billing_reason,
    unique=True,
    name="invoice_once_a_period",
)
Invoice.add_index(Invoice.customer, Invoice.id, name="invoice_customer_newest")
Invoice.add_index(Invoice.merchant, Invoice.id, name="invoice_merchant_newest")
Invoice.add_index(Invoice.merchant, Invoice.status, Invoice.id, name="invoice_merchant_status")
Invoice.add_index(
    Invoice.next_attempt_at,
    Invoice.id,
    where=Invoice.next_attempt_at.is_null(False),
    name="invoice_to_collect",
)
