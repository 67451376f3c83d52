"""Kinds of products, as far as VAT tells them apart. The web room owns their names.

A code decides two things: the category whose rate applies, and the kind of
supply, which decides the country whose rate applies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from portal.billing.errors import BillingError


class TaxCategory(StrEnum):
    """The lines of the table of rates."""

    STANDARD = "standard"
    BOOKS = "books"
    EBOOKS = "ebooks"
    NEWSPAPERS = "newspapers"
    DIGITAL_NEWSPAPERS = "digital_newspapers"
    FOOD = "food"
    NOT_TAXABLE = "not_taxable"


class Supply(StrEnum):
    """Directive 2006/112/EC: Art. 33 (goods), Art. 45 (services), Art. 58 (electronic)."""

    GOODS = "goods"
    SERVICE = "service"
    DIGITAL = "digital"


class TaxCodeUnknown(BillingError):
    """No product may have that tax code."""

    code = "tax_code_unknown"


@dataclass(frozen=True, slots=True)
class TaxCode:
    """A kind of thing that is sold: its category decides the rate, its supply the place."""

    code: str
    category: TaxCategory
    supply: Supply


_LIST = (
    TaxCode("digital_service", TaxCategory.STANDARD, Supply.DIGITAL),
    TaxCode("software_as_a_service", TaxCategory.STANDARD, Supply.DIGITAL),
    TaxCode("physical_goods", TaxCategory.STANDARD, Supply.GOODS),
    TaxCode("services", TaxCategory.STANDARD, Supply.SERVICE),
    TaxCode("consulting", TaxCategory.STANDARD, Supply.SERVICE),
    TaxCode("books", TaxCategory.BOOKS, Supply.GOODS),
    TaxCode("ebooks", TaxCategory.EBOOKS, Supply.DIGITAL),
    TaxCode("newspapers", TaxCategory.NEWSPAPERS, Supply.GOODS),
    TaxCode("digital_newspapers", TaxCategory.DIGITAL_NEWSPAPERS, Supply.DIGITAL),
    TaxCode("food", TaxCategory.FOOD, Supply.GOODS),
    TaxCode("not_taxable", TaxCategory.NOT_TAXABLE, Supply.SERVICE),
)

# In the order of the form's list.
TAX_CODES: Mapping[str, TaxCode] = MappingProxyType({entry.code: entry for entry in _LIST})
DEFAULT_TAX_CODE = "digital_service"


def tax_code(code: str) -> TaxCode:
    """The tax code of that name; "" is a product without one, a digital service.

    Raises TaxCodeUnknown.
    """
    try:
        return TAX_CODES[code or DEFAULT_TAX_CODE]
    except KeyError as missing:
        raise TaxCodeUnknown(tax_code=code) from missing
