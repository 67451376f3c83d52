"""The PDF of a yearly statement. It is no invoice: made when it is asked for, and not kept."""

from datetime import datetime
from typing import Any

from portal.billing.customer_tax_ids import tax_ids_of
from portal.billing.document_lines import percent
from portal.billing.document_parties import buyer_of, seller_of
from portal.billing.invoices import InvoiceStatus
from portal.billing.statements import Statement
from portal.documents.data import TEMPLATE_VERSION, DocumentData
from portal.documents.renderer import render_in_process
from portal.documents.statement_data import StatementData
from portal.documents.store import images_of
from portal.formatting import date_medium
from portal.formatting import money as money_in
from portal.formatting import percent as percent_in
from portal.i18n import LANGUAGES, Gettext, gettext_for

Table = dict[str, Any]


def statement_pdf(statement: Statement, *, at: datetime) -> bytes:
    """In the customer's language. Raises `RenderingFailed`."""
    data = statement_data(statement, at=at)
    return render_in_process(data, images_of(statement.customer, data.letter))


def statement_data(statement: Statement, *, at: datetime) -> StatementData:
    customer, merchant = statement.customer, statement.customer.merchant
    language = customer.locale or merchant.locale
    language = language if language in LANGUAGES else LANGUAGES[0]
    letter = DocumentData.from_json(
        {
            "kind": "invoice",
            "template_version": TEMPLATE_VERSION,
            "number": str(statement.year),
            "language": language,
            "currency": statement.currency,
            "issued_on": merchant.day(at).isoformat(),
            "seller": seller_of(merchant),
            "buyer": buyer_of(customer, tax_ids_of(customer)),
            "brand": {
                "color": merchant.document_style.get("color", ""),
                "logo": merchant.document_style.get("logo", ""),
            },
            "lines": [],
            "subtotal": 0,
            "taxes": [],
            "total": 0,
            "amount_paid": 0,
            "amount_due": 0,
            "is_test": merchant.is_sandbox,
            "texts": {"footer": merchant.document_style.get("footer", "")},
        }
    )
    return StatementData(letter=letter, shown=_Words(statement, language).shown())


class _Words:
    """The statement in the words and figures of a language."""

    def __init__(self, statement: Statement, language: str) -> None:
        self.statement = statement
        self.language = language
        self.merchant = statement.customer.merchant
        self.gettext: Gettext = gettext_for(language)

    def shown(self) -> dict[str, Any]:
        _, statement = self.gettext, self.statement
        billed = self._money(statement.billed)
        tables = (self._rates(), self._invoices(), self._credit_notes(), self._payments())
        with_vat = any(invoice.tax for invoice in statement.invoices)
        return {
            "title": _("Yearly statement %(year)s", year=str(statement.year)),
            "lead": _("%(amount)s billed, including VAT", amount=billed)
            if with_vat
            else _("%(amount)s billed", amount=billed),
            "facts": self._facts(),
            "tables": [table for table in tables[not with_vat :] if table["rows"]],
            "remark": _("This statement is a summary. It does not replace the invoices."),
        }

    def _facts(self) -> list[dict[str, str]]:
        _, statement = self.gettext, self.statement
        facts = (
            (_("Customer number"), statement.customer.id),
            (_("Billed"), self._money(statement.billed)),
            (_("Credited"), self._money(-statement.credited) if statement.credited else ""),
            (_("Amount paid"), self._money(statement.paid)),
            (_("Refunded"), self._money(-statement.refunded) if statement.refunded else ""),
        )
        return [{"label": label, "value": value} for label, value in facts if value]

    def _rates(self) -> Table:
        _ = self.gettext
        rows = [
            [
                percent_in(percent(each.rate), self.language),
                *map(self._money, (each.net, each.tax, each.gross)),
            ]
            for each in self.statement.by_rate
        ]
        headings = [_("VAT rate"), _("Net"), _("VAT"), _("Total")]
        return self._table(_("Sums by VAT rate"), headings, rows, figures=3)

    def _invoices(self) -> Table:
        _ = self.gettext
        rows = [
            [
                self._day(invoice.issued_at),
                _("%(number)s (void)", number=invoice.number)
                if invoice.status == InvoiceStatus.VOID
                else invoice.number,
                *map(self._money, (invoice.subtotal, invoice.tax, invoice.total)),
            ]
            for invoice in self.statement.invoices
        ]
        headings = [_("Date"), _("Invoice"), _("Net"), _("VAT"), _("Total")]
        return self._table(_("Invoices"), headings, rows, figures=3)

    def _credit_notes(self) -> Table:
        _ = self.gettext
        rows = [
            [
                self._day(note.issued_at),
                note.number,
                note.invoice.number,
                self._money(-note.total),
            ]
            for note in self.statement.credit_notes
        ]
        headings = [_("Date"), _("Credit note"), _("For invoice"), _("Total")]
        return self._table(_("Credit notes"), headings, rows, figures=1)

    def _payments(self) -> Table:
        """Money in both directions, by date."""
        _ = self.gettext
        moved = [
            (paid.settled_at, _("Payment"), paid.invoice.number, paid.amount)
            for paid in self.statement.payments
        ]
        moved += [
            (refund.settled_at, _("Refund"), refund.payment.invoice.number, -refund.amount)
            for refund in self.statement.refunds
        ]
        rows = [
            [self._day(at), what, number, self._money(amount)]
            for at, what, number, amount in sorted(moved)
        ]
        headings = [_("Date"), _("What"), _("For invoice"), _("Amount")]
        return self._table(_("Payments and refunds"), headings, rows, figures=1)

    def _table(
        self, caption: str, headings: list[str], rows: list[list[str]], *, figures: int
    ) -> Table:
        """The last `figures` columns hold amounts."""
        return {"caption": caption, "headings": headings, "rows": rows, "figures": figures}

    def _money(self, amount: int) -> str:
        return money_in(amount, self.statement.currency, self.language)

    def _day(self, at: datetime) -> str:
        return date_medium(self.merchant.day(at), self.language)
