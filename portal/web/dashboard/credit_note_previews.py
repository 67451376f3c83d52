"""A credit note is shown with its sums, and where the money goes, before it is issued."""

from typing import Any

from flask import Blueprint, request

from portal.billing.credit_plans import Destination, plan
from portal.billing.errors import BillingError
from portal.web.dashboard.billing_fields import refuse
from portal.web.dashboard.credit_note_form import form_of
from portal.web.dashboard.credit_notes import form_page, preview
from portal.web.dashboard.scope import the_invoice
from portal.web.errors import refusal
from portal.web.zone import moment

bp = Blueprint(
    "credit_note_previews", __name__, url_prefix="/invoices/<invoice_id>/credit-note-preview"
)


@bp.post("")
def create(invoice_id: str) -> Any:
    invoice = the_invoice(invoice_id)
    form = form_of(invoice)
    if request.form.get("edit"):
        return form_page(invoice, form)
    valid = form.validate()
    parts = form.parts()
    if not valid or parts is None:
        return form_page(invoice, form, status=422)
    try:
        planned = plan(invoice, parts, Destination(form.to.data))
    except BillingError as error:
        refuse(form.amounts[0][1] if form.amounts else form.reason, refusal(error))
        return form_page(invoice, form, status=409)
    given = {"reason": form.reason.data, "memo": (form.memo.data or "").strip()}
    return preview(invoice, planned, given, at=moment())
