"""What a merchant says about the business, and how it bills."""

import re
from datetime import datetime
from typing import Any

from portal.billing import events, tax_ids
from portal.billing.errors import BillingError
from portal.billing.merchants import Merchant
from portal.billing.money import exponent
from portal.billing.periods import time_zone
from portal.billing.statement_descriptors import check_statement_descriptor
from portal.billing.tax_rates import EU
from portal.database import write

PREFIX = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{1,10})[A-Z0-9]")
LONGEST_VAT_ID = 40
# The kind of tax id that a business of a country states on its invoices, where we can check it.
VAT_KINDS = {
    **dict.fromkeys(EU, "eu_vat"),
    "GB": "gb_vat",
    "CH": "ch_vat",
    "LI": "li_uid",
    "NO": "no_vat",
    "IS": "is_vat",
}


class InvoicePrefixMalformed(BillingError):
    """3–12 capital letters, digits and dashes, no dash at either end."""

    code = "invoice_prefix_malformed"


def change_merchant(merchant: Merchant, *, at: datetime, **given: Any) -> list[str]:
    """Take over the given columns; the names of those that changed.

    Documents that were issued keep what they say. Raises `InvoicePrefixMalformed`,
    `StatementDescriptorMalformed`, `CurrencyUnknown`, `TimeZoneUnknown`.
    """
    if "invoice_prefix" in given and not PREFIX.fullmatch(given["invoice_prefix"]):
        raise InvoicePrefixMalformed
    check_statement_descriptor(given.get("statement_descriptor", ""))
    exponent(given.get("currency", merchant.currency))
    time_zone(given.get("time_zone", merchant.time_zone))
    changed = sorted(name for name, value in given.items() if getattr(merchant, name) != value)
    if not changed:
        return []
    with write():
        for name in changed:
            setattr(merchant, name, given[name])
        if "vat_id" in changed:
            merchant.vat_id_verification = tax_ids.TaxIdVerification.NOT_ASKED
            merchant.vat_id_verified_at, merchant.vat_id_proof = None, {}
        merchant.save()
        events.record("account.updated", merchant, at=at, object_id=merchant.id, changed=changed)
    return changed


def verify_vat_id(
    merchant: Merchant, vat_id: str, is_valid: bool, proof: dict[str, Any], *, at: datetime
) -> None:
    """Keep what the register said of that id, unless the merchant has another one by now."""
    kinds = tax_ids.TaxIdVerification
    with write():
        merchant.refresh()
        if merchant.vat_id != vat_id:
            return
        merchant.vat_id_verification = kinds.VALID if is_valid else kinds.INVALID
        merchant.vat_id_verified_at, merchant.vat_id_proof = at, proof
        merchant.save()
        said = "verified" if is_valid else "refuted"
        events.record(f"account.vat_id_{said}", merchant, at=at, object_id=merchant.id)


def checked_vat_id(value: str, country: str) -> str:
    """The number as it is stored. Where its form is not known, nothing is refused.

    Raises `TaxIdMalformed`.
    """
    if not value:
        return ""
    if kind := VAT_KINDS.get(country):
        return tax_ids.check(kind, value, country)
    return value.strip().upper()[:LONGEST_VAT_ID]
