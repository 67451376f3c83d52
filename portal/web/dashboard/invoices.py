"""Invoices: the list with its sums, a new one after a preview, and the page of one."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from portal import formatting
from portal.billing.corrections import correction_of
from portal.billing.credit_notes import CreditNote
from portal.billing.credit_plans import is_creditable
from portal.billing.customers import LONGEST_SEARCH, Customer
from portal.billing.events import Event
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import InvoiceStatus
from portal.billing.listings import INVOICE_FILTERS, OVERDUE, invoice_sums
from portal.billing.listings import invoices as listed
from portal.billing.payments import Payment
from portal.billing.refunds import Refund
from portal.billing.tax_totals import taxes_by_rate
from portal.documents.store import has_e_invoice
from portal.selfservice.guest_links import guest_link
from portal.web.dashboard import customer_choice, manual_invoices
from portal.web.dashboard.invoice_form import InvoiceForm
from portal.web.dashboard.scope import the_customer, the_invoice, the_merchant
from portal.web.labels import INVOICE_STATUS
from portal.web.labels import OVERDUE as OVERDUE_LABEL
from portal.web.locale import language
from portal.web.pages import render_page, see
from portal.web.settings import absolute, keyring
from portal.web.zone import moment, zone

bp = Blueprint("invoices", __name__, url_prefix="/invoices")
RECENT = 20
SUMMED = (InvoiceStatus.OPEN, OVERDUE, InvoiceStatus.UNCOLLECTIBLE)


@bp.app_template_global()
def service_period(start: datetime, end: datetime) -> str:
    """ "1–30 Nov 2026": the days of a half-open period, where the merchant is."""
    first, last = (formatting.day_in(moment, zone()) for moment in (start, end))
    return formatting.days(first, max(first, last - timedelta(days=1)), language())


@bp.app_template_filter()
def typed_amount(amount: int, currency: str) -> str:
    """An amount (minor units) as it is typed into a field."""
    return formatting.amount_digits(amount, currency, language())


@bp.get("")
def index() -> Any:
    at = moment()
    status = request.args.get("status", "")
    search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    chosen: dict[str, Any] = {"at": at, "status": status, "search": search}
    after = request.args.get("after", "")
    # All of a large merchant's invoices would take seconds to add up.
    is_short = bool(search) or status in SUMMED
    return render_page(
        "dashboard/invoices/index.html",
        fragment="invoices",
        part=listed(the_merchant(), after=after, **chosen),
        sums=invoice_sums(the_merchant(), **chosen) if is_short and not after else [],
        filters=[(name, _filter_label(name)) for name in INVOICE_FILTERS],
        chosen_status=status if status in INVOICE_FILTERS else "",
        search=search,
        is_continued=bool(after),
    )


@bp.get("/new")
def new() -> Any:
    if not request.args.get("customer_id"):
        return customer_choice.choose(
            _("New invoice"),
            "dashboard.invoices.new",
            back_url=url_for("dashboard.invoices.index"),
            back_label=_("Invoices"),
        )
    customer = the_customer(request.args["customer_id"])
    return form_page(customer, InvoiceForm().offer(customer))


@bp.post("")
def create() -> Any:
    """Issue what was previewed."""
    outcome = manual_invoices.confirm(request.form.get("quote", ""), at=moment())
    if outcome is None:
        words = _("The preview is too old. Please begin again.")
        return see(url_for("dashboard.invoices.new"), words, "warning")
    return outcome


@bp.get("/<invoice_id>")
def show(invoice_id: str) -> Any:
    invoice = the_invoice(invoice_id)
    lines = list(InvoiceLine.of(invoice))
    payments = list(invoice.payments.order_by(Payment.id))
    credit_notes, refunds = list(CreditNote.of(invoice)), list(Refund.of(invoice))
    concerned = [invoice.id, *(row.id for row in (*payments, *credit_notes, *refunds))]
    return render_page(
        "dashboard/invoices/show.html",
        invoice=invoice,
        customer=invoice.customer,
        lines=lines,
        taxes=taxes_by_rate(lines),
        payments=payments,
        credit_notes=credit_notes,
        refunds=refunds,
        is_creditable=is_creditable(invoice),
        correction=correction_of(invoice),
        guest_url=absolute(guest_link(invoice, keyring())),
        has_e_invoice=has_e_invoice(invoice),
        activity=list(
            Event.select()
            .where((Event.merchant == the_merchant()) & Event.object_id.in_(concerned))
            .order_by(Event.id.desc())
            .limit(RECENT)
        ),
    )


def form_page(customer: Customer, form: InvoiceForm, status: int = 200) -> Any:
    return render_page(
        "dashboard/invoices/new.html",
        fragment="invoice_form",
        status=status,
        customer=customer,
        form=form,
    )


def _filter_label(name: str) -> Any:
    return OVERDUE_LABEL[0] if name == OVERDUE else INVOICE_STATUS[name][0]
