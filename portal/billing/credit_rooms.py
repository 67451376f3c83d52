"""Where unused time is credited: the lines of a subscription's invoices that billed it."""

from datetime import datetime
from decimal import Decimal
from typing import Protocol

from portal.billing.credit_notes import Part
from portal.billing.credit_plans import NOT_CREDITABLE, remaining_of
from portal.billing.invoices import Invoice
from portal.billing.products import Price
from portal.billing.subscriptions import Subscription
from portal.billing.tax import TaxBehavior, tax_line
from portal.database import held

# Invoices of a subscription that are looked through for what unused time was billed with.
MOST_INVOICES = 24


class NegativeItem(Protocol):
    """An `InvoiceItem` or `invoicing.Item` that gives back: `amount` is below zero."""

    @property
    def description(self) -> str: ...
    @property
    def amount(self) -> int: ...
    @property
    def tax_behavior(self) -> TaxBehavior: ...
    @property
    def price(self) -> Price | None: ...
    @property
    def period_start(self) -> datetime | None: ...
    @property
    def period_end(self) -> datetime | None: ...


class CreditRoom:
    """What is left to credit on the invoices of a subscription, the newest first.

    Holds the invoices until the transaction ends.
    """

    def __init__(self, subscription: Subscription) -> None:
        mine = (Invoice.subscription == subscription) & Invoice.status.not_in(list(NOT_CREDITABLE))
        left = Invoice.total_credited < Invoice.total
        newest = Invoice.select().where(mine & left).order_by(Invoice.id.desc())
        self.invoices = list(held(newest.limit(MOST_INVOICES)))
        self.left = {
            invoice.id: invoice.total - invoice.total_credited for invoice in self.invoices
        }
        self.parts = {invoice.id: remaining_of(invoice) for invoice in self.invoices}
        self.wanted: dict[str, list[Part]] = {invoice.id: [] for invoice in self.invoices}

    def take(self, item: NegativeItem) -> None:
        """Find lines for an item, those of its own price first."""
        missing = -item.amount
        price_id = item.price.id if item.price else None
        for is_own in (True, False):
            for invoice in self.invoices:
                for index, part in enumerate(self.parts[invoice.id]):
                    if missing > 0 and (part.line.price_id == price_id) == is_own:
                        missing -= self._take(invoice, index, item, missing)

    def _take(self, invoice: Invoice, index: int, item: NegativeItem, missing: int) -> int:
        """As much of a line as fits; answers how much of `missing` that is."""
        part = self.parts[invoice.id][index]
        line = part.line
        most = min(part.gross, self.left[invoice.id])
        rate = Decimal(line.tax_rate) / 100
        gross = tax_line(missing, rate, item.tax_behavior).gross
        if most <= 0:
            return 0
        found = min(gross, most)
        period = (item.period_start, item.period_end)
        self.wanted[invoice.id].append(Part(line, found, item.description, *period))
        self.parts[invoice.id][index] = part._replace(gross=part.gross - found)
        self.left[invoice.id] -= found
        if found == gross:
            return missing
        whole = tax_line(found, rate, TaxBehavior.INCLUSIVE)
        return whole.gross if item.tax_behavior == TaxBehavior.INCLUSIVE else whole.net

    @property
    def taken(self) -> list[tuple[Invoice, list[Part]]]:
        return [
            (invoice, self.wanted[invoice.id])
            for invoice in self.invoices
            if self.wanted[invoice.id]
        ]
