"""Refunds: money that goes back the way it came, written down before the provider is asked."""

from peewee import Check, ForeignKeyField, IntegerField, TextField

from portal.billing.credit_notes import CreditNote
from portal.billing.gateway import RefundStatus
from portal.billing.merchants import Merchant
from portal.billing.payments import Payment
from portal.record import EnumField, MoneyField, Record, UTCDateTimeField


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
    asked_count = IntegerField(default=0)
    ask_next_at = UTCDateTimeField(null=True)
    needs_review_at = UTCDateTimeField(null=True)

    @property
    def key(self) -> str:
        """The idempotency key: one refund at the provider, however often it is asked."""
        return f"refund-{self.id}"


Refund.add_index(Refund.merchant, Refund.id, name="refund_merchant_newest")
