"""How a sale is taxed: at which rate, in which category of EN 16931, and why not at all.

Categories are those of UNTDID 5305 as EN 16931 uses them (BT-118, BT-151):

    S   VAT is charged at a rate above nothing
    Z   taxable at 0 % (books in Great Britain); says no reason (BR-Z-10)
    E   exempt: a small business, or what is no taxable supply
    AE  reverse charge: a business in another EU country owes the tax
    K   goods to a business in another EU country
    G   what leaves the EU; needs the seller's VAT id (BR-G-02)
    O   outside the scope of VAT

Why services to outside the EU are G and not O: a document with O may carry neither the
seller's nor the buyer's VAT id (BR-O-02) and no other category (BR-O-11), so a merchant who
sells goods and services to one Swiss customer could put them on no common invoice, and one
whose VAT id is printed (§ 14 Abs. 4 Nr. 2 UStG) none with services at all. O is left for
sellers without an EU VAT id, for whom G would be refused; there it is everything but
exemptions of the small business, so one invoice still has one of them. What is not taxable is
E for the same reason, except beside O.

The reason decides the sentence on the document, the category the code in the XML; "" is
tax charged as usual and wants no sentence. Not decided here: exemptions of single trades
(Art. 132 ff.), domestic reverse charge (Art. 199), triangular supplies.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from portal.billing.customer_tax_ids import TaxId
from portal.billing.customers import Customer
from portal.billing.merchants import Merchant, TaxScheme
from portal.billing.tax import NO_TAX, place_of_supply, rate_for
from portal.billing.tax_codes import Supply, TaxCategory, tax_code
from portal.billing.tax_ids import TaxIdMalformed, TaxIdVerification, check
from portal.billing.tax_rates import EU, RATES, TERRITORIES


class TaxReason(StrEnum):
    """Why no VAT is on the line: what the document must say in words."""

    TAXED = ""
    SMALL_BUSINESS = "small_business"
    REVERSE_CHARGE = "reverse_charge"
    INTRA_COMMUNITY = "intra_community"
    EXPORT = "export"
    OUTSIDE_SCOPE = "outside_scope"
    NOT_TAXABLE = "not_taxable"


@dataclass(frozen=True, slots=True)
class TaxTreatment:
    """`rate` is a percentage, `category` a letter of EN 16931, `reason` a `TaxReason`."""

    rate: Decimal
    category: str
    reason: str


SMALL_BUSINESS = TaxTreatment(NO_TAX, "E", TaxReason.SMALL_BUSINESS)
REVERSE_CHARGE = TaxTreatment(NO_TAX, "AE", TaxReason.REVERSE_CHARGE)
INTRA_COMMUNITY = TaxTreatment(NO_TAX, "K", TaxReason.INTRA_COMMUNITY)
NOT_TAXABLE = TaxTreatment(NO_TAX, "E", TaxReason.NOT_TAXABLE)
OUTSIDE_SCOPE = TaxTreatment(NO_TAX, "O", TaxReason.OUTSIDE_SCOPE)


def treatment(
    merchant: Merchant, customer: Customer, tax_ids: Iterable[TaxId], code: str, at: datetime
) -> TaxTreatment:
    """How this merchant taxes that product for this customer at a moment.

    `tax_ids` are the customer's; `code` is a tax code, "" for the default. In this order:

    * A small business charges no VAT, whoever buys (§ 19 UStG; art. 293 B CGI; Art. 284
      VAT Directive).
    * Across a border within the EU, to a business: reverse charge (Art. 44, 196) or, for
      goods, intra-community supply (Art. 138). Both sides need a VAT id; the buyer's must
      be of the buyer's country, and not refuted by VIES.
    * To a consumer: as `tax.place_of_supply` says.
    * Across the border of the EU: no VAT (Art. 146 for goods; Art. 44 and 59 for services).

    Raises TaxCodeUnknown, TaxRateUnknown.
    """
    kind = tax_code(code)
    if merchant.tax_scheme == TaxScheme.SMALL_BUSINESS:
        return SMALL_BUSINESS
    seller = _territory(merchant.country)
    buyer = _territory(customer.country) or seller
    place = place_of_supply(seller, buyer, kind.code)
    if place is None or (place, TaxCategory.STANDARD) not in RATES:
        return _without_vat(merchant, kind.supply)
    if kind.category == TaxCategory.NOT_TAXABLE:
        return NOT_TAXABLE
    if seller != buyer and vat_id_of(merchant) and is_business(buyer, tax_ids):
        return INTRA_COMMUNITY if kind.supply == Supply.GOODS else REVERSE_CHARGE
    rate = rate_for(place, kind.code, merchant.day(at))
    return TaxTreatment(rate, "S" if rate else "Z", TaxReason.TAXED)


def is_business(country: str, tax_ids: Iterable[TaxId]) -> bool:
    """Whether one of these is a VAT id of that EU country that VIES has not refuted.

    An id that was not asked about, or has no answer yet, is believed: VIES is closed at
    night, and Art. 18 of Regulation 282/2011 asks for good faith, not for an answer.
    """
    return any(
        tax_id.type == "eu_vat"
        and tax_id.verification != TaxIdVerification.INVALID
        and country_of_vat_id(tax_id.value) == country
        for tax_id in tax_ids
    )


def vat_id_of(merchant: Merchant) -> str:
    """The merchant's VAT id if it is one of the EU, else ""."""
    return merchant.vat_id if country_of_vat_id(merchant.vat_id) else ""


@lru_cache(maxsize=4096)
def country_of_vat_id(value: str) -> str:
    """The EU country (ISO 3166) that gives out such VAT ids; "" for what is none."""
    try:
        prefix = check("eu_vat", value)[:2] if value else ""
    except TaxIdMalformed:
        return ""
    return "GR" if prefix == "EL" else prefix if prefix in EU else ""


def _territory(country: str) -> str:
    return TERRITORIES.get(country, country)


def _without_vat(merchant: Merchant, supply: Supply) -> TaxTreatment:
    """Nobody in the EU owes VAT on it."""
    if not vat_id_of(merchant):
        return OUTSIDE_SCOPE
    reason = TaxReason.EXPORT if supply == Supply.GOODS else TaxReason.OUTSIDE_SCOPE
    return TaxTreatment(NO_TAX, "G", reason)
