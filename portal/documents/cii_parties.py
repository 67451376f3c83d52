"""Seller, buyer and place of delivery of an e-invoice (BG-4, BG-7, BG-13)."""

import re

from portal.billing.addresses import Address
from portal.documents.data import Buyer, DocumentData, Seller
from portal.documents.xml_tree import Node

SIREN = "0002"  # ISO 6523
EMAIL = "EM"
VAT, TAX_NUMBER = "VA", "FC"


def add_parties(agreement: Node, data: DocumentData, reference: str) -> None:
    """Who sells to whom. `reference` is what the buyer wants to find again (BT-10)."""
    agreement.add("ram:BuyerReference", reference)
    categories = {tax.category for tax in data.taxes}
    # BR-O-02: outside the scope of VAT neither side's VAT id may be told.
    tells_vat_ids = "O" not in categories
    _add_seller(agreement.group("ram:SellerTradeParty"), data.seller, tells_vat_ids)
    _add_buyer(agreement.group("ram:BuyerTradeParty"), data.buyer, tells_vat_ids)


def add_delivery(delivery: Node, data: DocumentData) -> None:
    """Where to, if elsewhere, and the last day of what was supplied (BT-72)."""
    buyer = data.buyer
    categories = {tax.category for tax in data.taxes}
    if buyer.is_shipped_elsewhere or "K" in categories:  # BR-IC-12
        ship_to = delivery.group("ram:ShipToTradeParty")
        ship_to.add("ram:Name", buyer.shipping_name or buyer.company or buyer.name)
        to = buyer.shipping_address if buyer.is_shipped_elsewhere else buyer.address
        _add_address(ship_to, to, buyer.address.country)
    delivery.day("ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime", data.supply_end)


def vat_id_of(seller: Seller) -> str:
    """The seller's VAT id without spaces, if it begins with a country (BR-CO-09)."""
    written = re.sub(r"[^A-Z0-9]", "", seller.vat_id.upper())
    return written if re.match(r"[A-Z]{2}[A-Z0-9]{2}", written) else ""


def siren_of(number: str) -> str:
    """The nine digits of a SIREN, also out of a SIRET or "RCS Paris 732 829 320"; else ""."""
    digits = "".join(re.findall(r"\d", number))
    return digits[:9] if len(digits) in {9, 14} else ""


def _add_seller(party: Node, seller: Seller, tells_vat_ids: bool) -> None:
    is_french = seller.address.country == "FR"
    siren = siren_of(seller.registration_number) if is_french else ""
    tax_number = seller.tax_number or siren
    vat_id = vat_id_of(seller) if tells_vat_ids else ""
    if not (vat_id or seller.registration_number):  # BR-CO-26: one of three must tell who it is
        party.add("ram:ID", tax_number)
    party.add("ram:Name", seller.name)
    party.add("ram:Description", seller.legal_note)
    if seller.registration_number:
        organization = party.group("ram:SpecifiedLegalOrganization")
        if siren:
            organization.add("ram:ID", siren, schemeID=SIREN)
        else:
            organization.add("ram:ID", seller.registration_number)
    contact = party.group("ram:DefinedTradeContact")
    contact.add("ram:PersonName", seller.name)
    contact.add("ram:TelephoneUniversalCommunication/ram:CompleteNumber", seller.phone)
    contact.add("ram:EmailURIUniversalCommunication/ram:URIID", seller.email)
    _add_address(party, seller.address)
    party.add("ram:URIUniversalCommunication/ram:URIID", seller.email, schemeID=EMAIL)
    party.add("ram:SpecifiedTaxRegistration/ram:ID", vat_id, schemeID=VAT)
    party.add("ram:SpecifiedTaxRegistration/ram:ID", tax_number, schemeID=TAX_NUMBER)


def _add_buyer(party: Node, buyer: Buyer, tells_vat_ids: bool) -> None:
    party.add("ram:Name", buyer.company or buyer.name or buyer.email)
    if siren := siren_of(buyer.siren):
        party.add("ram:SpecifiedLegalOrganization/ram:ID", siren, schemeID=SIREN)
    if buyer.company and buyer.name:
        party.add("ram:DefinedTradeContact/ram:PersonName", buyer.name)
    _add_address(party, buyer.address)
    party.add("ram:URIUniversalCommunication/ram:URIID", buyer.email, schemeID=EMAIL)
    vat_id = buyer.vat_id if tells_vat_ids else ""
    party.add("ram:SpecifiedTaxRegistration/ram:ID", vat_id, schemeID=VAT)


def _add_address(party: Node, address: Address, country: str = "") -> None:
    place = party.group("ram:PostalTradeAddress")
    place.add("ram:PostcodeCode", address.postal_code)
    place.add("ram:LineOne", address.line1)
    place.add("ram:LineTwo", address.line2)
    place.add("ram:CityName", address.city)
    place.add("ram:CountryID", address.country or country)
    place.add("ram:CountrySubDivisionName", address.state)
