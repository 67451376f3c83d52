"""What the content of the demo is made of: plain data without records.

Names of fields are the columns they end up in. Amounts are minor units, times are
counted back from the moment of seeding, so that the demo is never out of date.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from portal.demo.content_acts import Act
from portal.demo.content_settings import (
    IMAGES,
    DemoBranding,
    DemoCoupon,
    DemoLegal,
    DemoPortal,
)


class Scenario(StrEnum):
    """What is worth looking at in a customer, when the demo begins."""

    TRIALING = "trialing"
    ACTIVE_MONTHLY = "active_monthly"
    ACTIVE_YEARLY = "active_yearly"
    CANCEL_AT_PERIOD_END = "cancel_at_period_end"
    CANCELED = "canceled"  # ran out at the end of a period
    CANCELED_IMMEDIATELY = "canceled_immediately"
    PAUSED = "paused"
    PAST_DUE = "past_due"  # the last renewal failed, attempts go on
    UNPAID = "unpaid"  # attempts are exhausted: unpaid or ended, as the merchant chose
    INCOMPLETE = "incomplete"  # the very first payment failed
    CONFIRMING = "confirming"  # a payment waits to be confirmed by the customer
    UNANSWERED = "unanswered"  # nobody knows what became of a payment
    NO_SUBSCRIPTION = "no_subscription"
    TWO_SUBSCRIPTIONS = "two_subscriptions"
    SEATS = "seats"
    SAME_EMAIL_AS_OTHER = "same_email_as_other"  # active, beside an older customer's address


@dataclass(frozen=True, slots=True)
class DemoAddress:
    line1: str
    postal_code: str
    city: str
    country: str
    line2: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class DemoPaymentMethod:
    """One of the sandbox's test methods; its code says how charges end.

    `expires_in_months` counts from the seeding, 0: this month; None: as the sandbox has it.
    """

    code: str
    expires_in_months: int | None = None


VISA = DemoPaymentMethod("visa")
MASTERCARD = DemoPaymentMethod("mastercard")
AMEX = DemoPaymentMethod("amex")
SEPA = DemoPaymentMethod("sepa")
VISA_EXPIRING = DemoPaymentMethod("visa", 0)
VISA_DECLINED = DemoPaymentMethod("declined")


@dataclass(frozen=True, slots=True)
class DemoTier:
    up_to: int | None
    unit_amount: int
    flat_amount: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPrice:
    """`interval` None: one-time. `lookup_key` names the price throughout the content."""

    lookup_key: str
    unit_amount: int = 0
    currency: str = "EUR"
    model: str = "flat"
    package_size: int = 1
    tiers: tuple[DemoTier, ...] = ()
    interval: str | None = None
    interval_count: int = 1
    trial_days: int = 0
    tax_behavior: str = "inclusive"
    nickname: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoProduct:
    name: str
    description: str
    image: str
    tax_code: str
    prices: tuple[DemoPrice, ...]
    unit_label: str = ""
    statement_descriptor: str = ""

    @property
    def image_path(self) -> Path:
        return IMAGES / self.image


@dataclass(frozen=True, slots=True)
class DemoSubscription:
    """Begun with the trial of its price. The terms are months and days."""

    price: str
    begun_days_ago: int
    quantity: int = 1
    minimum_term_months: int = 0
    notice_days: int = 0


@dataclass(frozen=True, slots=True)
class DemoPurchase:
    """A one-time price on an invoice of its own."""

    price: str
    days_ago: int
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class DemoTaxId:
    type: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCustomer:
    """A customer; the first payment method is the default one."""

    name: str
    email: str
    scenario: Scenario
    address: DemoAddress
    locale: str
    company: str = ""
    phone: str = ""
    shipping_address: DemoAddress | None = None
    tax_ids: tuple[DemoTaxId, ...] = ()
    cc_emails: tuple[str, ...] = ()
    payment_methods: tuple[DemoPaymentMethod, ...] = ()
    subscriptions: tuple[DemoSubscription, ...] = ()
    purchases: tuple[DemoPurchase, ...] = ()
    acts: tuple[Act, ...] = ()
    # Pays by bank transfer, so many days after an invoice came; None: with a method, or never.
    transfers_after_days: int | None = None
    siren: str = ""
    notes: str = ""
    is_prefilled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMerchant:
    """A sandbox business with its owner, catalogue and customers."""

    name: str
    owner_name: str
    owner_email: str
    owner_password: str = field(repr=False)
    address: DemoAddress
    currency: str
    locale: str
    time_zone: str
    phone: str
    support_email: str
    website: str
    vat_id: str
    terms_url: str
    privacy_url: str
    statement_descriptor: str
    invoice_prefix: str
    legal: DemoLegal
    portal: DemoPortal
    coupons: tuple[DemoCoupon, ...]
    branding: DemoBranding
    products: tuple[DemoProduct, ...]
    customers: tuple[DemoCustomer, ...]

    @property
    def country(self) -> str:
        return self.address.country

    @property
    def prefilled_customer(self) -> DemoCustomer:
        """Whom the demo's prefilled link is for: two years of monthly invoices."""
        return next(customer for customer in self.customers if customer.is_prefilled)

    @property
    def prices(self) -> dict[str, DemoPrice]:
        """Every price by its lookup key."""
        return {price.lookup_key: price for product in self.products for price in product.prices}
