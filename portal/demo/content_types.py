"""What the content of the demo is made of: plain data without records.

Names of fields are the columns they end up in. Amounts are minor units, times are
counted back from the moment of seeding, so that the demo is never out of date.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

IMAGES = Path(__file__).parent / "images"


class Scenario(StrEnum):
    """What became of a customer's first subscription; any further ones are active."""

    TRIALING = "trialing"
    ACTIVE_MONTHLY = "active_monthly"
    ACTIVE_YEARLY = "active_yearly"
    CANCEL_AT_PERIOD_END = "cancel_at_period_end"
    CANCELED = "canceled"  # ran out at the end of a period
    CANCELED_IMMEDIATELY = "canceled_immediately"
    PAST_DUE = "past_due"  # the last renewal failed, attempts go on
    UNPAID = "unpaid"  # attempts are exhausted
    INCOMPLETE = "incomplete"  # the very first payment failed
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
    """A test card or mandate. `expires_in_months` counts from the seeding; 0: this month.

    `declines` holds from the failure that the scenario tells of; earlier payments went well.
    """

    type: str
    last4: str
    brand: str = ""
    expires_in_months: int | None = None
    country: str = ""
    declines: bool = False


VISA = DemoPaymentMethod("card", "4242", "visa", 31, "IE")
MASTERCARD = DemoPaymentMethod("card", "4444", "mastercard", 22, "FR")
AMEX = DemoPaymentMethod("card", "0005", "amex", 44, "GB")
VISA_EXPIRING = DemoPaymentMethod("card", "1881", "visa", 0, "DE")
VISA_DECLINING = DemoPaymentMethod("card", "0341", "visa", 17, "DE", declines=True)
MASTERCARD_DECLINING = DemoPaymentMethod("card", "0069", "mastercard", 9, "FR", declines=True)
SEPA_DE = DemoPaymentMethod("sepa_debit", "3000", country="DE")
SEPA_FR = DemoPaymentMethod("sepa_debit", "2606", country="FR")
SEPA_IE = DemoPaymentMethod("sepa_debit", "5678", country="IE")


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
    """`ended_days_ago` is when it ended or, with `cancel_at_period_end`, was canceled."""

    price: str
    begun_days_ago: int
    quantity: int = 1
    ended_days_ago: int | None = None
    reason: str = ""
    comment: str = ""


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
    notes: str = ""
    is_prefilled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoBranding:
    icon: str
    logo: str
    brand_color: str
    accent_color: str
    font: str
    shape: str

    @property
    def icon_path(self) -> Path:
        return IMAGES / self.icon

    @property
    def logo_path(self) -> Path:
        return IMAGES / self.logo


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
    return_url: str
    headline: str
    statement_descriptor: str
    invoice_prefix: str
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
