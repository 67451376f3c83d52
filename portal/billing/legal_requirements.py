"""What an invoice of a merchant still lacks by law. The web room owns the words."""

from enum import StrEnum

from portal.billing.merchants import Merchant, TaxScheme
from portal.billing.tax_rates import EU


class Lacking(StrEnum):
    """What the law wants on an invoice and the merchant has not said."""

    ADDRESS = "address"
    TAX_NUMBER = "tax_number"
    VAT_ID = "vat_id"
    SIREN = "siren"


def lacking(merchant: Merchant) -> list[Lacking]:
    """Name and address: everywhere (Art. 226 no. 5 VAT Directive).

    Germany wants the tax number or the VAT id, of small businesses, too (§ 14 Abs. 4 Nr. 2
    UStG, § 34a UStDV). France wants the SIREN (art. R123-237 C. com.) and, of those who
    charge VAT, the VAT id (art. 242 nonies A annexe II CGI); the rest of the EU the VAT id
    of those who charge it (Art. 226 no. 3).
    """
    found = []
    if not (merchant.line1 and merchant.city):
        found.append(Lacking.ADDRESS)
    if merchant.country == "DE":
        return found if merchant.vat_id or merchant.tax_number else [*found, Lacking.TAX_NUMBER]
    if merchant.country == "FR" and not merchant.registration_number:
        found.append(Lacking.SIREN)
    charges_vat = merchant.tax_scheme == TaxScheme.STANDARD
    if merchant.country in EU and charges_vat and not merchant.vat_id:
        found.append(Lacking.VAT_ID)
    return found
