"""Parts of a period's price: what was used, what is left, to the second and to the cent."""

from enum import StrEnum


class Proration(StrEnum):
    """What a change in the middle of a period does about the rest of it."""

    NONE = "none"
    NEXT_INVOICE = "create_prorations"
    INVOICE_NOW = "always_invoice"
