"""How a customer pays. Only a provider's token is kept, never a card number."""

from contextlib import suppress
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from peewee import SQL, BooleanField, ForeignKeyField, IntegerField, ModelSelect, TextField

from portal.billing import events
from portal.billing.customers import Customer
from portal.billing.errors import LastPaymentMethod
from portal.billing.gateway import Gateway, GatewayUnavailable, StoredMethod
from portal.billing.merchants import Merchant
from portal.database import write
from portal.record import EnumField, Record, UTCDateTimeField

EXPIRING_MONTHS = 2


class PaymentMethodType(StrEnum):
    CARD = "card"
    SEPA_DEBIT = "sepa_debit"


class PaymentMethod(Record):
    """A card or direct-debit mandate that a provider keeps for a customer."""

    PREFIX = "pm"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, backref="all_payment_methods", on_delete="CASCADE")
    gateway = TextField()
    token = TextField()
    type = EnumField(PaymentMethodType, default=PaymentMethodType.CARD)
    brand = TextField(default="")
    last4 = TextField(default="")
    exp_month = IntegerField(null=True)
    exp_year = IntegerField(null=True)
    mandate_reference = TextField(default="")
    is_default = BooleanField(default=False)
    # When its owner was told that it expires.
    expiry_told_at = UTCDateTimeField(null=True)
    detached_at = UTCDateTimeField(null=True)

    @classmethod
    def of(cls, customer: Customer | str) -> ModelSelect:
        """Methods that can be charged, the default first, then the newest."""
        return (
            cls.select()
            .where((cls.customer == customer) & cls.detached_at.is_null())
            .order_by(cls.is_default.desc(), cls.id.desc())
        )

    @classmethod
    def default_of(cls, customer: Customer | str) -> Self | None:
        return cls.of(customer).where(cls.is_default == True).first()  # noqa: E712

    @classmethod
    def attach(
        cls, customer: Customer, stored: StoredMethod, *, gateway: str, at: datetime
    ) -> Self:
        """Keep what the provider stored. The first method becomes the default."""
        with write():
            _hold(customer.id)
            is_first = not cls.of(customer).exists()
            method = cls._keep(customer, stored, gateway, at, is_default=is_first)
            method._record("payment_method.attached", at)
            if is_first:
                method._try_again(at)
        return method

    @classmethod
    def attach_once(
        cls, customer: Customer, stored: StoredMethod, *, gateway: str, at: datetime
    ) -> Self:
        """A method for a single payment, given by somebody else: never shown or charged again."""
        return cls._keep(customer, stored, gateway, at, detached_at=at)

    @classmethod
    def _keep(
        cls, customer: Customer, stored: StoredMethod, gateway: str, at: datetime, **given: Any
    ) -> Self:
        return cls.create(
            merchant=customer.merchant_id,
            customer=customer,
            created_at=at,
            gateway=gateway,
            token=stored.token,
            type=stored.type,
            brand=stored.brand,
            last4=stored.last4,
            exp_month=stored.exp_month,
            exp_year=stored.exp_year,
            mandate_reference=stored.mandate_reference,
            **given,
        )

    def is_expired(self, on: date) -> bool:
        """A card is good until the end of the month printed on it."""
        return bool(self.exp_year) and (self.exp_year, self.exp_month) < (on.year, on.month)

    def is_expiring(self, on: date) -> bool:
        """Whether it expires this month or within the next one."""
        if not self.exp_year or self.is_expired(on):
            return False
        left = (self.exp_year - on.year) * 12 + self.exp_month - on.month
        return left < EXPIRING_MONTHS

    def make_default(self, *, at: datetime) -> None:
        """Charge this one from now on, and at once what waits for a method that works."""
        with write():
            _hold(self.customer_id)
            self.refresh()
            if self.is_default or self.detached_at:
                return
            PaymentMethod.update(is_default=False).where(
                PaymentMethod.customer == self.customer_id
            ).execute()
            self.is_default = True
            self.save()
            self._record("payment_method.made_default", at)
            self._try_again(at)

    @property
    def is_last_needed(self) -> bool:
        """Whether it is the only one while a subscription must be paid."""
        others = PaymentMethod.of(self.customer_id).where(PaymentMethod.id != self.id)
        return not others.exists() and self._is_needed()

    def remove(self, gateway: Gateway, *, at: datetime) -> None:
        """Detach it here, then at the provider. Raises `LastPaymentMethod`."""
        self.detach(at=at)
        # Nobody charges it any more, whether the provider has forgotten it or not.
        with suppress(GatewayUnavailable):
            gateway.detach(self.token)

    def detach(self, *, at: datetime) -> None:
        """Use it no more. Raises `LastPaymentMethod` while a subscription needs it.

        When the default goes, the newest of the others takes its place.
        """
        with write():
            _hold(self.customer_id)
            self.refresh()
            if self.detached_at:
                return
            others = PaymentMethod.of(self.customer_id).where(PaymentMethod.id != self.id)
            heir = others.first()
            if heir is None and self._is_needed():
                raise LastPaymentMethod
            was_default, self.is_default, self.detached_at = self.is_default, False, at
            self.save()
            if was_default and heir:
                heir.is_default = True
                heir.save()
                heir._try_again(at)
            self._record("payment_method.detached", at)

    def _try_again(self, at: datetime) -> None:
        """It became the default: what could not be collected before is tried once with it."""
        from portal.billing.dunning import method_changed  # noqa: PLC0415 - each needs the other

        method_changed(self.customer_id, at=at)

    def _is_needed(self) -> bool:
        from portal.billing.subscriptions import Subscription  # noqa: PLC0415 - each needs the other

        return Subscription.live().where(Subscription.customer == self.customer_id).exists()

    def _record(self, type_: str, at: datetime) -> None:
        events.record(
            type_,
            self.merchant_id,
            at=at,
            object_id=self.id,
            customer_id=self.customer_id,
            brand=self.brand,
            last4=self.last4,
        )


PaymentMethod.add_index(
    PaymentMethod.merchant,
    PaymentMethod.exp_year,
    PaymentMethod.exp_month,
    where=SQL("is_default AND expiry_told_at IS NULL AND exp_year IS NOT NULL"),
    name="payment_method_expiring",
)
PaymentMethod.add_index(
    PaymentMethod.customer,
    unique=True,
    where=SQL("is_default"),
    name="payment_method_one_default",
)


def _hold(customer_id: str) -> None:
    """What another default may collect, then the customer: the order of `holding`."""
    from portal.billing.dunning import hold_waiting  # noqa: PLC0415 - each needs the other

    hold_waiting(customer_id)
    Customer.hold(customer_id)
