"""A yearly statement as a page and to download: made anew each time, the year may not be over."""

from typing import Any

from flask import Response, abort
from flask_babel import gettext as _

from portal.billing.archived import of_customer
from portal.billing.customers import Customer
from portal.billing.invoice_rows import years_of
from portal.billing.statements import statement_of
from portal.documents.statement import statement_pdf
from portal.documents.store import PDF
from portal.web.archive_answers import parts_of
from portal.web.document_answers import download
from portal.web.zone import moment


def statement_context(customer: Customer, year: int) -> dict[str, Any]:
    """What the page of a year shows. 404 for a year without documents."""
    years = years_of(customer, at=moment())
    if year not in years:
        abort(404)
    return {
        "statement": statement_of(customer, year),
        "years": list(reversed(years)),
        "archive_parts": parts_of(of_customer(customer, year)),
    }


def pdf_answer(customer: Customer, year: int) -> Response:
    """The statement of a year as PDF. 404 for a year without documents."""
    if year not in years_of(customer, at=moment()):
        abort(404)
    pdf = statement_pdf(statement_of(customer, year), at=moment())
    return download(pdf, PDF, _("Statement %(year)s", year=str(year)) + ".pdf")
