"""What a merchant lets customers do in the portal."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from peewee import SQL, BooleanField, Check, ForeignKeyField, IntegerField, TextField

from portal.billing import events
from portal.billing.errors import BillingError
from portal.billing.merchants import Merchant
from portal.billing.proration import Proration
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


class CancellationProration(StrEnum):
    """What canceling immediately gives back of the period that was paid."""

    NONE = "none"
    CREDIT = "credit"


class DowngradeTiming(StrEnum):
    """When a cheaper price or a shorter interval begins."""

    AT_ONCE = "at_once"
    AT_PERIOD_END = "at_period_end"


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
    cancellation_proration = EnumField(CancellationProration, default=CancellationProration.NONE)
    # Retention offers, and the months before the same customer is made another one.
    makes_offers = BooleanField(default=False)
    offer_months = IntegerField(default=6, constraints=[Check("offer_months BETWEEN 1 AND 36")])
    # Switching: ids of products, whose new prices join by themselves, and of single prices.
    allows_plan_change = BooleanField(default=False)
    plan_products = JSONField(default=list)
    plan_prices = JSONField(default=list)
    allows_quantity = BooleanField(default=False)
    # Product id -> [least, most].
    quantity_limits = JSONField(default=dict)
    proration = EnumField(Proration, default=Proration.NONE)
    downgrades = EnumField(DowngradeTiming, default=DowngradeTiming.AT_ONCE)
    ends_trial_on_change = BooleanField(default=False)
    allows_promotion_codes = BooleanField(default=False)
    allows_pause = BooleanField(default=False)
    # Months that may be chosen, at most 36; 0 means until further notice.
    pause_months = JSONField(default=lambda: [1, 2, 3])
    allows_resubscription = BooleanField(default=False)
    allows_subscribing = BooleanField(default=False)
    subscribe_products = JSONField(default=list)
    allows_invoice_corrections = BooleanField(default=True)

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
