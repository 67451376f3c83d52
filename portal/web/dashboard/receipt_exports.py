"""Receipts by day and VAT rate as a file."""

from typing import Any

from flask import Blueprint

from portal.billing import events
from portal.database import write
from portal.documents.receipts_list import write_receipts
from portal.web.dashboard.receipts import PeriodForm, page
from portal.web.dashboard.scope import the_merchant
from portal.web.document_answers import download
from portal.web.zone import moment

bp = Blueprint("receipt_exports", __name__, url_prefix="/invoices/receipts.csv")


@bp.post("")
def create() -> Any:
    form = PeriodForm()
    if not form.validate():
        return page(form, 422)
    days = {"first": form.first.data.isoformat(), "last": form.last.data.isoformat()}
    lines = write_receipts(form.report().rows)
    with write():
        events.record("receipts_report.exported", the_merchant(), at=moment(), **days)
    name = "receipts-{first}-{last}.csv".format(**days)
    return download("".join(lines).encode(), "text/csv", name)
