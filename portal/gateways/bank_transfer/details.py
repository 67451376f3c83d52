"""Where an invoice is to be paid, in words and as a code for banking apps."""

from typing import NamedTuple

from stdnum import bic, iban

from portal.billing.creditor_references import creditor_reference
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.money import Money
from portal.billing.subscription_status import CollectionMethod
from portal.qr_codes import LONGEST_NAME, svg, transfer

GATEWAY = "bank_transfer"
EURO = "EUR"


class BankDetails(NamedTuple):
    """`holder` is the account's owner letter by letter: banks compare it (Q2)."""

    holder: str
    iban: str
    bic: str
    reference: str
    amount: Money

    @property
    def spaced_iban(self) -> str:
        return str(iban.format(self.iban))

    @property
    def has_code(self) -> bool:
        """The code knows euros only, and names of 70 characters (EPC069-12)."""
        return self.amount.currency == EURO and 0 < len(self.holder) <= LONGEST_NAME


def bank_details(invoice: Invoice) -> BankDetails | None:
    """How to pay by transfer what is still due; None where that is not the way."""
    merchant = invoice.merchant
    if not invoice.is_payable or not invoice.amount_due or not is_paid_by_transfer(invoice):
        return None
    return details_for(merchant, invoice.number, invoice.money_due)


def is_paid_by_transfer(invoice: Invoice) -> bool:
    """The merchant's customers pay so, or this invoice is sent to be paid by its reader."""
    if not invoice.merchant.iban:
        return False
    is_sent = invoice.collection_method == CollectionMethod.SEND_INVOICE
    return is_sent or invoice.merchant.gateway == GATEWAY


def details_for(merchant: Merchant, number: str, amount: Money) -> BankDetails:
    """The account of the merchant with the reference of an invoice number."""
    return BankDetails(
        merchant.account_holder or merchant.name,
        iban.compact(merchant.iban),
        bic.compact(merchant.bic) if bic.is_valid(merchant.bic) else "",
        creditor_reference(number),
        amount,
    )


def epc_code(details: BankDetails) -> bytes:
    """The EPC QR code (EPC069-12 v2.1, level M, at most 331 bytes) as SVG, black on white.

    Raises `ValueError` for what it cannot hold.
    """
    if not details.has_code:
        raise ValueError("not in euros, or a name that is too long")
    cents = details.amount.amount
    return svg(transfer(details.holder, details.iban, details.bic, details.reference, cents))
