"""The parts of an issued document: parties, lines, sums, payments, sentences.

Amounts are minor units of the document's currency, days ISO dates, rates percent as
decimal text. A field that a release adds has a default, so that older documents read on.
"""

from dataclasses import dataclass

from portal.billing.addresses import Address

UNKNOWN = Address()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxId:
    """`type` as in the domain ("eu_vat", …), `value` as it is printed."""

    type: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """Who issues the document.

    `tax_number` is the German Steuernummer or its like, `registration_number` that of a
    trade register, `legal_note` what else the seller must say (managers, share capital).
    """

    name: str
    address: Address = UNKNOWN
    vat_id: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    tax_number: str = ""
    tax_scheme: str = "standard"
    registration_number: str = ""
    legal_note: str = ""
    iban: str = ""
    bic: str = ""
    account_holder: str = ""
    creditor_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Whom the document is for; `company` stands above `name`, either may be empty."""

    name: str = ""
    company: str = ""
    email: str = ""
    address: Address = UNKNOWN
    tax_ids: tuple[TaxId, ...] = ()
    siren: str = ""
    buyer_reference: str = ""
    shipping_name: str = ""
    shipping_address: Address = UNKNOWN

    @property
    def vat_id(self) -> str:
        """The VAT id of the EU, if one was given."""
        return next((each.value for each in self.tax_ids if each.type == "eu_vat"), "")

    @property
    def is_shipped_elsewhere(self) -> bool:
        return bool(self.shipping_address) and self.shipping_address != self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """`color` "#rrggbb" or empty; `logo` is the logo's key in the images handed to the renderer."""

    color: str = ""
    logo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing sold.

    `amount` is what the table shows, with tax where `includes_tax`, before `discount_amount`
    is taken off; `net` and `tax` are what remains. `period_start` and `period_end` are the
    first and the last day of the service (see `service_days`); for a delivery on one day
    they are equal. `unit_amount` is None where no single price makes the amount (tiers,
    packages). `tax_category` is one of UNTDID 5305.
    """

    description: str
    amount: int
    net: int
    tax: int
    tax_rate: str = "0"
    tax_category: str = "S"
    includes_tax: bool = False
    quantity: int = 1
    unit_label: str = ""
    unit_amount: int | None = None
    discount_amount: int = 0
    discount_name: str = ""
    is_proration: bool = False
    period_start: str | None = None
    period_end: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTotal:
    """All lines of one rate and category; `reason` says why there is no VAT."""

    rate: str
    net: int
    tax: int
    category: str = "S"
    reason: str = ""
    reason_kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money that came in. `method` is a kind ("card", "sepa_debit", …); the rest may be empty."""

    on: str
    amount: int
    method: str = ""
    brand: str = ""
    last4: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMeans:
    """How it will be paid: card, sepa_debit, bank_transfer, online; "" where nobody knows.

    `reference` is the structured creditor reference (ISO 11649), `collected_on` the first
    day on which a direct debit may be collected.
    """

    kind: str = ""
    brand: str = ""
    last4: str = ""
    mandate_reference: str = ""
    creditor_id: str = ""
    collected_on: str | None = None
    iban: str = ""
    bic: str = ""
    account_holder: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalNote:
    """A sentence that a law wants, and which it is (`portal.billing.legal_notes`)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The invoice that a credit note takes back, or whose place an invoice takes."""

    number: str = ""
    issued_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited:
    """Where the money of a credit note goes: off what is due, back, kept, or back outside."""

    due: int = 0
    refund: int = 0
    balance: int = 0
    outside: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The merchant's own words: below the totals, and in the last line of every page."""

    note: str = ""
    footer: str = ""
