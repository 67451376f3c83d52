"""VAT: whose rate, which rate, and how much of an amount is tax.

Rounding: tax is computed line by line, half up to the minor unit (allowed by
CJEU C-484/06 Ahold; Art. 226 VAT Directive asks for the sum a rate), so the sum
of the lines is the total of the invoice. Reverse charge and exemptions are not
decided here.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from portal.billing.errors import BillingError
from portal.billing.money import half_up
from portal.billing.tax_codes import (
    DEFAULT_TAX_CODE,
    TAX_CODES,
    Supply,
    TaxCategory,
    TaxCodeUnknown,
    tax_code,
)
from portal.billing.tax_rates import EU, RATES, TERRITORIES

__all__ = [
    "DEFAULT_TAX_CODE",
    "TAX_CODES",
    "Supply",
    "TaxBehavior",
    "TaxCategory",
    "TaxCodeUnknown",
    "TaxRateUnknown",
    "TaxedAmount",
    "place_of_supply",
    "rate_for",
    "tax_code",
    "tax_line",
]

NO_TAX = Decimal(0)


class TaxBehavior(StrEnum):
    """Whether a price already contains the tax."""

    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"


class TaxRateUnknown(BillingError):
    """The day lies before the table of rates begins."""

    code = "tax_rate_unknown"


@dataclass(frozen=True, slots=True)
class TaxedAmount:
    """Minor units; net + tax == gross, always."""

    net: int
    tax: int
    gross: int


def place_of_supply(seller_country: str, buyer_country: str | None, code: str) -> str | None:
    """The country whose VAT a consumer pays, or None where no VAT is charged.

    Countries are ISO 3166 codes; a buyer without one is treated as being where
    the seller is. One country: its VAT. From one EU country to another: the
    buyer's country for goods (Art. 33) and digital services (Art. 58, declared
    through the one-stop shop), the seller's for other services (Art. 45). Across
    the border of the EU, and between countries outside it: None.

    The threshold of 10 000 € a year below which small sellers may charge their
    own country's VAT (Art. 59c) is not applied. Raises TaxCodeUnknown.
    """
    supply = tax_code(code).supply
    seller = TERRITORIES.get(seller_country, seller_country)
    buyer = TERRITORIES.get(buyer_country or seller, buyer_country or seller)
    if seller == buyer:
        return seller
    if seller not in EU or buyer not in EU:
        return None
    return seller if supply == Supply.SERVICE else buyer


def rate_for(country: str | None, code: str, on: date) -> Decimal:
    """The percentage of VAT on that kind of product in a country, on a day there.

    0 without a country, for what is not taxable, and for a country that is not
    in the table. Raises TaxCodeUnknown, TaxRateUnknown.
    """
    category = tax_code(code).category
    if country is None or category == TaxCategory.NOT_TAXABLE:
        return NO_TAX
    place = TERRITORIES.get(country, country)
    if (place, TaxCategory.STANDARD) not in RATES:
        return NO_TAX

    steps = RATES.get((place, category), RATES[place, TaxCategory.STANDARD])
    begun = [rate for first_day, rate in steps if first_day <= on]
    if not begun:
        raise TaxRateUnknown(country=country, on=on)
    return begun[-1]


def tax_line(amount: int, rate: Decimal, behavior: TaxBehavior) -> TaxedAmount:
    """One line's amount (minor units) with its tax told apart, half up.

    `rate` is a percentage. Of an inclusive price the tax is taken out, onto an
    exclusive one it is put; a negative amount (a credit) mirrors the positive.
    """
    if not isinstance(rate, Decimal):
        raise TypeError(f"a decimal percentage is needed, not {rate!r}")
    percent = Fraction(rate)
    if behavior == TaxBehavior.INCLUSIVE:
        tax = half_up(amount * percent / (100 + percent))
        return TaxedAmount(net=amount - tax, tax=tax, gross=amount)
    tax = half_up(amount * percent / 100)
    return TaxedAmount(net=amount, tax=tax, gross=amount + tax)
