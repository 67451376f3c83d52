"""Customers from a file: upload, a preview line by line, and what became of it."""

from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from portal.billing.customer_imports import CustomerImport, Outcome
from portal.documents.customer_list import ListUnreadable, read_customers
from portal.web.dashboard.import_words import outcome_words, problem_words
from portal.web.dashboard.scope import the_merchant, the_user
from portal.web.dashboard.uploads import UploadForm
from portal.web.errors import refusal
from portal.web.limits import accepts_upload
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("customer_imports", __name__, url_prefix="/customers/imports")
bp.add_app_template_global(outcome_words, "outcome_words")
bp.add_app_template_filter(problem_words, "problem_words")

MOST_BYTES = 2_500_000
LINES = 100
REFRESH_SECONDS = "2"
KEPT = 5


@bp.get("")
def new() -> Any:
    return page(UploadForm())


@bp.post("")
@accepts_upload
def create() -> Any:
    """Look at the file and keep its rows; no customer is created before it is confirmed."""
    form = UploadForm()
    sent = form.read(MOST_BYTES)
    if sent is None:
        return page(form, 422)
    filename, data = sent
    if len(data) > MOST_BYTES:
        form.file.errors = [_("The file must not be larger than 2.5 MB.")]
        return page(form, 422)
    try:
        rows = read_customers(data)
    except ListUnreadable as refused:
        form.file.errors = [refusal(refused)]
        return page(form, 422)
    found = CustomerImport.prepare(
        the_merchant(),
        [{"line": row.line, "given": row.given, "problems": row.problems} for row in rows],
        actor=the_user().actor,
        filename=filename,
        at=moment(),
    )
    return see(url_for(".show", import_id=found.id))


@bp.get("/<import_id>")
def show(import_id: str) -> Any:
    """What will happen, is happening, or has happened."""
    found = the_import(import_id)
    first = request.args.get("first", default=0, type=int)
    outcome = request.args.get("outcome", "")
    rows = [row for row in found.rows if outcome not in set(Outcome) or row["outcome"] == outcome]
    first = first if 0 <= first < len(rows) else 0
    is_running = found.is_confirmed and not found.is_finished
    answer = render_page(
        f"dashboard/customer_imports/{'progress' if is_running else 'show'}.html",
        found=found,
        rows=rows[first : first + LINES],
        outcome=outcome if outcome in set(Outcome) else "",
        next_first=first + LINES if first + LINES < len(rows) else None,
        counts={one.value: counted(found, one) for one in Outcome},
    )
    if is_running:
        answer.headers["Refresh"] = REFRESH_SECONDS
    return answer


@bp.post("/<import_id>/deletion")
def destroy(import_id: str) -> Any:
    the_import(import_id).discard()
    return see(url_for(".new"), _("Nothing was imported."))


def the_import(import_id: str) -> CustomerImport:
    """A list of this merchant that was confirmed, or can still be."""
    mine = (CustomerImport.id == import_id) & (CustomerImport.merchant == the_merchant())
    found = CustomerImport.get_or_none(mine) or abort(404)
    if not found.is_confirmed and not found.is_open(moment()):
        abort(404)
    return found


def counted(found: CustomerImport, outcome: Outcome) -> int:
    if found.is_finished:
        done = {Outcome.CREATE: found.created, Outcome.SKIP: found.skipped}
        return int(done.get(outcome, found.failed))
    return found.count(outcome)


def page(form: UploadForm, status: int = 200) -> Any:
    names = ("id", "filename", "created_at", "total", "done", "created", "finished_at")
    recent = (
        CustomerImport.select(*(getattr(CustomerImport, name) for name in names))
        .where(
            (CustomerImport.merchant == the_merchant()) & CustomerImport.confirmed_at.is_null(False)
        )
        .order_by(CustomerImport.id.desc())
        .limit(KEPT)
    )
    return render_page(
        "dashboard/customer_imports/new.html", status=status, form=form, recent=list(recent)
    )
