"""What is to be billed, before it is on an invoice."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from portal.billing.products import Price
from portal.billing.tax import TaxBehavior

if TYPE_CHECKING:
    from portal.billing.invoice_items import InvoiceItem


class Item(NamedTuple):
    """A quantity of a price, or a free description with an amount.

    `amount` in minor units, negative where it gives back; `waited` is the row that it was
    written down in until an invoice carries it.
    """

    description: str
    quantity: int
    amount: int
    unit_amount: int | None
    tax_behavior: TaxBehavior
    tax_code: str
    unit_label: str = ""
    price: Price | None = None
    period_start: datetime | None = None
    period_end: datetime | None = None
    is_proration: bool = False
    waited: "InvoiceItem | None" = None

    @classmethod
    def of_price(cls, price: Price, quantity: int, **period: Any) -> "Item":
        """`quantity` units of a price, in the words of its product."""
        product = price.product
        return cls(
            description=product.name,
            quantity=quantity,
            amount=price.amount(quantity).amount,
            unit_amount=price.unit_amount if price.is_flat else None,
            tax_behavior=price.tax_behavior,
            tax_code=product.tax_code,
            unit_label=product.unit_label,
            price=price,
            **period,
        )

    @classmethod
    def waiting(cls, row: "InvoiceItem") -> "Item":
        """What was written down to be billed with the next invoice."""
        return cls(
            description=row.description,
            quantity=row.quantity,
            amount=row.amount,
            unit_amount=row.unit_amount,
            tax_behavior=row.tax_behavior,
            tax_code=row.tax_code,
            unit_label=row.unit_label,
            price=row.price,
            period_start=row.period_start,
            period_end=row.period_end,
            is_proration=row.is_proration,
            waited=row,
        )
