"""By which words whoever paid an invoice finds it on the statement of their bank."""

from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant


def statement_text(merchant: Merchant, invoice: Invoice | None) -> str:
    """What the product of a subscription says, else what the account says, else the name."""
    subscription = invoice.subscription if invoice else None
    own = subscription.item.price.product.statement_descriptor if subscription else ""
    return str(own or merchant.statement_descriptor or merchant.name)
