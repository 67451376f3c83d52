"""A customer's invoices: the list, and one of them."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from flask import Blueprint, request, url_for

from portal import formatting
from portal.billing import dunning, invoice_rows
from portal.billing.invoice_rows import InvoiceRow
from portal.billing.invoices import Invoice
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment
from portal.documents import words
from portal.documents.data import DocumentData
from portal.documents.data import Line as DocumentLine
from portal.documents.einvoice import Profile, missing
from portal.web.customer.invoice_changes import changes_of, my_credit_notes
from portal.web.customer.payment_troubles import trouble_of
from portal.web.customer.scope import me, my_configuration, my_invoice
from portal.web.labels import INVOICE_STATUS, OVERDUE
from portal.web.locale import language
from portal.web.pages import htmx_wants, render_page
from portal.web.zone import moment, zone

bp = Blueprint("invoices", __name__, url_prefix="/invoices")

STANDINGS = INVOICE_STATUS | {"overdue": OVERDUE}
LONGEST_ID = 40


class Filters(NamedTuple):
    """What the address asks for; a value that is not offered is ignored."""

    status: str = ""
    year: int | None = None
    subscription: str = ""

    @property
    def query(self) -> dict[str, Any]:
        return {name: value for name, value in self._asdict().items() if value}

    @classmethod
    def of_request(cls, years: range) -> "Filters":
        status, year = request.args.get("status", ""), request.args.get("year", "")
        return cls(
            status if status in invoice_rows.STATUSES else "",
            int(year) if year in map(str, years) else None,
            request.args.get("subscription", "")[:LONGEST_ID],
        )


@bp.get("")
def index() -> Any:
    my_configuration().require("shows_invoices")
    at = moment()
    years = invoice_rows.years_of(me(), at=at)
    filters = Filters.of_request(years)
    invoices, cursor = invoice_rows.rows_of(
        me(),
        at=at,
        before=request.args.get("before", "")[:LONGEST_ID],
        status=filters.status,
        year=filters.year,
        subscription_id=filters.subscription,
    )
    is_narrowed = "before" in request.args or filters.status or filters.subscription
    return render_page(
        "customer/invoices/index.html",
        fragment="more_invoices" if htmx_wants("more_invoices") else "invoices",
        invoices=invoices,
        next_url=url_for(".index", before=cursor, **filters.query) if cursor else None,
        filters=filters,
        is_continued="before" in request.args,
        years=list(reversed(years)),
        credit_notes=[] if is_narrowed else my_credit_notes(filters.year),
    )


@bp.get("/<invoice_id>")
def show(invoice_id: str) -> Any:
    invoice = my_invoice(invoice_id)
    newest = Payment.newest_of(invoice)
    return render_page(
        "customer/invoices/show.html",
        **contents(invoice),
        payments=payments_of(invoice),
        unanswered=newest if newest and newest.is_unanswered else None,
        **changes_of(invoice),
        trouble=trouble_of(invoice, moment()) if dunning.is_running(invoice) else None,
    )


class Line(NamedTuple):
    """An invoice as it reads in a list."""

    id: str
    number: str
    day: str
    amount: str
    label: str
    tone: str


@bp.app_template_filter("as_lines")
def as_lines(invoices: Iterable[Invoice | InvoiceRow]) -> Iterator[Line]:
    """Invoices in words. Language, zone and labels are looked up once, not for each row."""
    at, spoken, where = moment(), language(), zone()
    labels = {key: (str(word), tone) for key, (word, tone) in STANDINGS.items()}
    for invoice in invoices:
        label, tone = labels["overdue" if invoice.is_overdue(at) else invoice.status]
        day = formatting.date_long(formatting.day_in(invoice.issued_at, where), spoken)
        amount = formatting.money(invoice.total, invoice.currency, spoken)
        yield Line(invoice.id, invoice.number, day, amount, label, tone)


@bp.app_template_filter("service_days")
def service_days(line: DocumentLine) -> str:
    """The days that a line of a document is for: "10 Mar – 9 Apr 2026"."""
    return words.period(line.period_start, line.period_end, language())


def contents(invoice: Invoice) -> dict[str, Any]:
    """What stands on the invoice: its document, as it was issued."""
    document = DocumentData.from_json(invoice.document)
    return {
        "invoice": invoice,
        "document": document,
        "has_e_invoice": not missing(document, Profile.FACTUR_X),
    }


def payments_of(invoice: Invoice) -> list[Payment]:
    """The attempts to pay it, the newest first, each with its method."""
    return list(
        Payment.select(Payment, PaymentMethod)
        .left_outer_join(PaymentMethod)
        .where(Payment.invoice == invoice)
        .order_by(Payment.id.desc())
    )
