"""Credit notes: a form with the lines of an invoice, a preview, and the page of one."""

from datetime import datetime
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from portal.billing.credit_notes import CreditNote, CreditNoteLine, CreditReason, Part
from portal.billing.credit_plans import Destination, Plan, is_creditable, plan
from portal.billing.crediting import credit
from portal.billing.errors import BillingError, InvoiceNotCreditable
from portal.billing.events import Event
from portal.billing.gateway import RefundStatus
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.payments import Payment
from portal.billing.refund_rooms import ask_for
from portal.billing.refunds import Refund
from portal.documents.store import has_e_invoice
from portal.gateways import gateway_for
from portal.ids import new_id
from portal.web.dashboard import quotes
from portal.web.dashboard.credit_note_form import CreditNoteForm, form_of
from portal.web.dashboard.scope import the_credit_note, the_invoice, the_merchant
from portal.web.errors import refusal
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("credit_notes", __name__)
KIND = "credit_note"


@bp.get("/credit-notes/<credit_note_id>")
def show(credit_note_id: str) -> Any:
    note = the_credit_note(credit_note_id)
    lines = list(CreditNoteLine.of(note))
    refunds = list(note.refunds.order_by(Refund.id))
    concerned = [note.id, *(refund.id for refund in refunds)]
    mine = (Event.merchant == the_merchant()) & Event.object_id.in_(concerned)
    return render_page(
        "dashboard/credit_notes/show.html",
        note=note,
        invoice=note.invoice,
        customer=note.customer,
        lines=lines,
        refunds=refunds,
        has_e_invoice=has_e_invoice(note),
        activity=list(Event.select().where(mine).order_by(Event.id.desc())),
    )


@bp.get("/invoices/<invoice_id>/credit-notes/new")
def new(invoice_id: str) -> Any:
    invoice = the_invoice(invoice_id)
    if not is_creditable(invoice):
        raise InvoiceNotCreditable
    return form_page(invoice, form_of(invoice, request.args.get("to", "")))


@bp.post("/invoices/<invoice_id>/credit-notes")
def create(invoice_id: str) -> Any:
    """Issue what was previewed, once."""
    invoice, at = the_invoice(invoice_id), moment()
    quote = quotes.take(KIND, request.form.get("quote", ""))
    if quote is None or quote["invoice"] != invoice.id:
        words = _("The preview is too old. Please begin again.")
        return see(url_for(".new", invoice_id=invoice.id), words, "warning")
    if issued := CreditNote.get_or_none(
        (CreditNote.id == quote["id"]) & (CreditNote.merchant == the_merchant())
    ):
        return _issued(issued)
    try:
        return _issue(invoice, quote, at)
    except BillingError as error:
        return see(url_for(".new", invoice_id=invoice.id), refusal(error), "error")


def _issue(invoice: Invoice, quote: dict[str, Any], at: datetime) -> Any:
    parts = [Part(InvoiceLine.get_by_id(line), gross) for line, gross in quote["parts"]]
    to, reason = Destination(quote["to"]), CreditReason(quote["reason"])
    planned = plan(invoice, parts, to)
    if list(planned.split) != quote["split"] or not quotes.is_fresh(quote, at=at):
        words = _("Something has changed in the meantime. Please check it again.")
        return preview(invoice, planned, quote, at=at, status=409, notice=words)
    note = credit(
        invoice, parts, reason=reason, memo=quote["memo"], at=at, to=to, note_id=quote["id"]
    )
    ask_for(note, gateway_for, at=at)
    return _issued(note)


def _issued(note: CreditNote) -> Any:
    location = url_for(".show", credit_note_id=note.id)
    failed = note.refunds.where(Refund.status == RefundStatus.FAILED).exists()
    words = _("Credit note %(number)s was issued.", number=note.number)
    if failed:
        words = _("Credit note %(number)s was issued, but the refund failed.", number=note.number)
    return see(location, words, "warning" if failed else "message")


def preview(
    invoice: Invoice,
    planned: Plan,
    given: dict[str, Any],
    *,
    at: datetime,
    status: int = 200,
    notice: str = "",
) -> Any:
    """The page that shows the credit note before it is issued."""
    quote = {
        "id": given.get("id") or new_id(CreditNote.PREFIX, at),
        "invoice": invoice.id,
        "parts": [[told.part.line.id, told.part.gross] for told in planned.parts],
        "split": list(planned.split),
        "reason": given["reason"],
        "memo": given["memo"],
        "to": planned.to,
    }
    return render_page(
        "dashboard/credit_notes/preview.html",
        status=status,
        invoice=invoice,
        plan=planned,
        payments=list(invoice.payments.order_by(Payment.id)),
        given=quote,
        quote=quotes.give(KIND, at=at, **quote),
        notice_text=notice,
    )


def form_page(invoice: Invoice, form: CreditNoteForm, status: int = 200) -> Any:
    return render_page("dashboard/credit_notes/new.html", status=status, invoice=invoice, form=form)
