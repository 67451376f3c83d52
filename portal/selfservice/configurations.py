"""What a merchant lets customers do in the portal."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from peewee import SQL, BooleanField, Check, ForeignKeyField, TextField

from portal.billing import events
from portal.billing.errors import BillingError
from portal.billing.merchants import Merchant
from portal.database import write
from portal.record import EnumField, JSONField, Record

REASONS = (
    "too_expensive",
    "missing_features",
    "switched_service",
    "unused",
    "customer_service",
    "too_complex",
    "low_quality",
    "other",
)
LONGEST_REASON = 100
MOST_OWN_REASONS = 10
LONGEST_HEADLINE = 60


class NotOffered(BillingError):
    """The merchant switched this off for customers; also for a request made by hand."""

    code = "not_offered"


class CancellationMode(StrEnum):
    AT_PERIOD_END = "at_period_end"
    IMMEDIATELY = "immediately"


class PortalConfiguration(Record):
    """The portal's options. One of a merchant's configurations is the default."""

    PREFIX = "bpc"

    merchant = ForeignKeyField(Merchant, backref="configurations", on_delete="CASCADE")
    is_default = BooleanField(default=False)
    headline = TextField(default="", constraints=[Check("length(headline) <= 60")])
    default_return_url = TextField(default="")
    shows_invoices = BooleanField(default=True)
    updates_name = BooleanField(default=True)
    updates_address = BooleanField(default=True)
    updates_phone = BooleanField(default=True)
    updates_shipping = BooleanField(default=False)
    updates_tax_ids = BooleanField(default=False)
    updates_payment_methods = BooleanField(default=True)
    allows_cancellation = BooleanField(default=True)
    cancellation_mode = EnumField(CancellationMode, default=CancellationMode.AT_PERIOD_END)
    asks_for_reason = BooleanField(default=True)
    reasons = JSONField(default=lambda: list(REASONS))
    own_reasons = JSONField(default=list)

    @classmethod
    def default_of(cls, merchant: Merchant) -> Self:
        """The merchant's default configuration; made with the defaults when first asked for."""
        mine = (cls.merchant == merchant) & (cls.is_default == True)  # noqa: E712
        if found := cls.get_or_none(mine):
            return found
        with write():
            return cls.get_or_none(mine) or cls.create(merchant=merchant, is_default=True)

    def require(self, option: str) -> None:
        """Raises `NotOffered` unless the merchant switched `option` on."""
        if not getattr(self, option):
            raise NotOffered(option)

    def change(self, *, at: datetime, **given: Any) -> None:
        with write():
            changed = sorted(key for key, value in given.items() if getattr(self, key) != value)
            for name in changed:
                setattr(self, name, given[name])
            self.save()
            events.record(
                "billing_portal.configuration.updated",
                self.merchant_id,
                at=at,
                object_id=self.id,
                changed=changed,
            )


PortalConfiguration.add_index(
    PortalConfiguration.merchant,
    unique=True,
    where=SQL("is_default"),
    name="configuration_one_default",
)
