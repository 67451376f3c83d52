"""Links that open one invoice without signing in: what mails carry.

Signed for this purpose and merchant, and for 60 days; nothing is stored. Who holds the
link may see and pay this invoice, and nothing else.
"""

from datetime import timedelta

from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import Merchant
from portal.crypto import Keyring, Unreadable

PURPOSE = "guest_invoice"
LIFE = timedelta(days=60)
# An expired link is still genuine, and knows where to sign in.
MEMORY = timedelta(days=3650)


class GuestLinkOver(Exception):
    """The link expired or was never ours. `merchant` is known of a genuine one."""

    def __init__(self, merchant: Merchant | None = None) -> None:
        self.merchant = merchant
        super().__init__()


def guest_link(invoice: Invoice, keyring: Keyring) -> str:
    """The path of the invoice's page for guests: `/p/i/<token>`."""
    return f"/p/i/{keyring.sign(PURPOSE, invoice.merchant_id, invoice.id)}"


def find(token: str, keyring: Keyring) -> Invoice:
    """The issued invoice that a link opens, with its merchant. Raises `GuestLinkOver`."""
    try:
        merchant_id, invoice_id = keyring.unsign(PURPOSE, token, LIFE)
    except Unreadable as error:
        raise GuestLinkOver(_merchant_of(token, keyring)) from error
    invoice = (
        Invoice.select(Invoice, Merchant)
        .join(Merchant)
        .where(
            (Invoice.id == invoice_id)
            & (Invoice.merchant == merchant_id)
            & (Invoice.status != InvoiceStatus.DRAFT)
        )
        .first()
    )
    if invoice is None:
        raise GuestLinkOver(Merchant.get_or_none(Merchant.id == merchant_id))
    return invoice


def _merchant_of(token: str, keyring: Keyring) -> Merchant | None:
    try:
        merchant_id, _ = keyring.unsign(PURPOSE, token, MEMORY)
    except Unreadable:
        return None
    return Merchant.get_or_none(Merchant.id == merchant_id)
