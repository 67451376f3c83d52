"""Seller and buyer as a document names them."""

from collections.abc import Sequence
from typing import Any

from portal.billing.customer_tax_ids import TaxId
from portal.billing.customers import Customer
from portal.billing.merchants import Merchant

ADDRESS = ("line1", "line2", "postal_code", "city", "state", "country")


def seller_of(merchant: Merchant) -> dict[str, Any]:
    """`portal.documents.parts.Seller`: what § 14 Abs. 4 UStG and § 35a GmbHG want, and more."""
    return {
        "name": merchant.name,
        "address": _address(merchant),
        "vat_id": merchant.vat_id,
        "email": merchant.support_email,
        "phone": merchant.phone,
        "website": merchant.website,
        "tax_number": merchant.tax_number,
        "tax_scheme": str(merchant.tax_scheme),
        "registration_number": merchant.registration_number,
        "legal_note": merchant.legal_note,
        "iban": merchant.iban,
        "bic": merchant.bic,
        "account_holder": merchant.account_holder,
        "creditor_id": merchant.creditor_id,
    }


def buyer_of(customer: Customer, tax_ids: Sequence[TaxId]) -> dict[str, Any]:
    """`portal.documents.parts.Buyer`; the delivery address only where there is one."""
    return {
        "name": customer.name,
        "company": customer.company,
        "email": customer.email,
        "address": _address(customer),
        "tax_ids": [{"type": tax_id.type, "value": tax_id.value} for tax_id in tax_ids],
        "siren": customer.siren,
        "buyer_reference": customer.buyer_reference,
        "shipping_name": customer.shipping_name,
        "shipping_address": _address(customer, "shipping_"),
    }


def is_business(customer: Customer, tax_ids: Sequence[TaxId]) -> bool:
    """Whether what is known of the customer says that it is no consumer."""
    return bool(customer.company or customer.siren or tax_ids)


def _address(record: Merchant | Customer, prefix: str = "") -> dict[str, str]:
    return {name: getattr(record, f"{prefix}{name}") for name in ADDRESS}
