"""No further attempts to collect an invoice, and no further reminders."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.billing import dunning
from portal.billing.errors import DunningNotRunning
from portal.web.dashboard.scope import the_invoice
from portal.web.errors import refusal
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint("dunning_stops", __name__, url_prefix="/invoices/<invoice_id>/dunning-stop")


@bp.post("")
def create(invoice_id: str) -> Any:
    invoice = the_invoice(invoice_id)
    page = url_for("dashboard.invoices.show", invoice_id=invoice.id)
    try:
        dunning.stop(invoice, at=moment())
    except DunningNotRunning as error:
        return see(page, refusal(error), "info")
    return see(page, _("It is not tried again by itself. The invoice stays open."))
