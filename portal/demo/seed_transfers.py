"""Who pays by bank transfer in the demo: statements with their money come in, and are booked."""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from portal.billing import events
from portal.billing.creditor_references import creditor_reference
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.gateways.bank_transfer.booking import confirm
from portal.gateways.bank_transfer.importing import import_statement
from portal.gateways.bank_transfer.matching import Matcher, quote_of
from portal.gateways.bank_transfer.records import BankTransaction

if TYPE_CHECKING:
    from portal.demo.seed_history import History

HEAD = "Date;Amount;Currency;Purpose;Payer name;Bank reference"


class Transfers:
    """Each open invoice of those who transfer is paid some days after it came."""

    def __init__(self, history: "History") -> None:
        self._history = history
        self._after: dict[str, int] = {}
        self._expected: set[str] = set()

    def come_from(self, customer_id: str, after_days: int) -> None:
        self._after[customer_id] = after_days

    def expect(self) -> None:
        """Plan the money for invoices that are new."""
        if not self._after:
            return
        waiting = (Invoice.status == InvoiceStatus.OPEN) & Invoice.customer.in_(list(self._after))
        columns = (Invoice.id, Invoice.customer, Invoice.issued_at)
        for invoice in Invoice.select(*columns).where(waiting):
            if invoice.id not in self._expected:
                self._expected.add(invoice.id)
                comes = invoice.issued_at + timedelta(days=self._after[invoice.customer_id])
                self._history.then(comes, partial(self._come, invoice.id))

    def _come(self, invoice_id: str, at: datetime) -> None:
        """The merchant uploads a statement and books what it says."""
        merchant, invoice = self._history.merchant, Invoice.get_by_id(invoice_id)
        if invoice.status != InvoiceStatus.OPEN:
            return
        events.set_actor(self._history.owner)
        day = merchant.day(at)
        said = (
            f"{day:%Y-%m-%d};{invoice.amount_due / 100:.2f};{invoice.currency};"
            f"{creditor_reference(invoice.number)};{invoice.customer.display_name};"
            f"{day:%y%m%d}-{invoice.number}"
        )
        statement = import_statement(
            merchant,
            f"{HEAD}\n{said}\n".encode(),
            filename=f"statement-{day:%Y-%m-%d}.csv",
            actor=self._history.owner,
            at=at,
        )
        judged = Matcher(merchant).judged(BankTransaction.open_of(statement))
        confirm(statement, quote_of(judged), at=at)
