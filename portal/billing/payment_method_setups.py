"""Adding a payment method: what is remembered while the customer is on the provider's page."""

from datetime import datetime
from typing import Any, Self

from peewee import BooleanField, ForeignKeyField, TextField

from portal.billing.customers import Customer
from portal.billing.gateway import Payer, StoredMethod
from portal.billing.merchants import Merchant
from portal.billing.payment_methods import PaymentMethod
from portal.database import write
from portal.record import IdField, Record, UTCDateTimeField


class PaymentMethodSetup(Record):
    """A customer sent to the provider's page to add a method: written down before.

    `invoice_id` names the one invoice that a guest wants to pay with it.
    """

    PREFIX = "seti"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, on_delete="CASCADE")
    gateway = TextField()
    is_default_wanted = BooleanField(default=False)
    return_path = TextField(default="")
    invoice_id = IdField(default="")
    payment_method = ForeignKeyField(PaymentMethod, null=True, index=False, on_delete="CASCADE")
    completed_at = UTCDateTimeField(null=True)

    @classmethod
    def begin(cls, customer: Customer, *, at: datetime, **given: Any) -> Self:
        """Before the customer is sent to the page of the provider that the merchant has now."""
        merchant = customer.merchant
        return cls.create(
            merchant=merchant, customer=customer, gateway=merchant.gateway, created_at=at, **given
        )

    @property
    def key(self) -> str:
        """What the provider knows this setup by."""
        return f"setup-{self.id}"

    def complete(self, stored: StoredMethod, *, at: datetime) -> PaymentMethod:
        """Attach what came back, once: a second answer returns the same method."""
        with write():
            mine = PaymentMethodSetup.id == self.id
            unanswered = mine & PaymentMethodSetup.completed_at.is_null()
            if not PaymentMethodSetup.update(completed_at=at).where(unanswered).execute():
                return self.reload().payment_method
            attach = PaymentMethod.attach_once if self.invoice_id else PaymentMethod.attach
            method = attach(self.customer, stored, gateway=self.gateway, at=at)
            if self.is_default_wanted:
                method.make_default(at=at)
            PaymentMethodSetup.update(payment_method=method).where(mine).execute()
        return method


def payer_of(customer: Customer) -> Payer:
    """What the provider's page is told of the customer who comes to it."""
    return Payer(
        customer.id,
        customer.email,
        customer.company or customer.name,
        customer.locale or customer.merchant.locale,
    )
