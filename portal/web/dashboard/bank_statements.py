"""What the bank says: a statement is uploaded, looked at line by line, and then booked."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from peewee import fn

from portal.gateways.bank_transfer.entries import StatementUnreadable
from portal.gateways.bank_transfer.importing import discard, import_statement
from portal.gateways.bank_transfer.matching import Matcher, quote_of
from portal.gateways.bank_transfer.reading import MOST_BYTES
from portal.gateways.bank_transfer.records import (
    BankStatement,
    BankTransaction,
    TransactionStatus,
)
from portal.web.dashboard.bank_words import PROBLEMS, Line
from portal.web.dashboard.scope import the_merchant, the_user
from portal.web.dashboard.uploads import UploadForm
from portal.web.errors import refusal
from portal.web.limits import accepts_upload
from portal.web.pages import render_page, see, short_day
from portal.web.zone import moment

bp = Blueprint("bank_statements", __name__, url_prefix="/bank")
LINES = 100
KEPT = 50
STATES = ("open", "ready", "done")
bp.add_app_template_filter(lambda text: short_day(date.fromisoformat(text)), "iso_day")


@bp.get("")
def index() -> Any:
    return page(UploadForm())


@bp.post("/statements")
@accepts_upload
def create() -> Any:
    """Keep what the file holds; nothing is booked before it is confirmed."""
    form = UploadForm()
    sent = form.read(MOST_BYTES)
    if sent is None:
        return page(form, 422)
    filename, data = sent
    try:
        found = import_statement(
            the_merchant(), data, filename=filename, actor=the_user().actor, at=moment()
        )
    except StatementUnreadable as refused:
        form.file.errors = [refusal(refused)]
        return page(form, 422)
    return see(url_for(".show", statement_id=found.id))


@bp.get("/statements/<statement_id>")
def show(statement_id: str) -> Any:
    return statement_page(the_statement(statement_id))


@bp.post("/statements/<statement_id>/deletion")
def destroy(statement_id: str) -> Any:
    statement = the_statement(statement_id)
    if not discard(statement):
        message = _("Payments of this statement were booked, so it stays.")
        return see(url_for(".show", statement_id=statement.id), message, "error")
    return see(url_for(".index"), _("The statement was discarded. Nothing was booked."))


def the_statement(statement_id: str) -> BankStatement:
    mine = (BankStatement.id == statement_id) & (BankStatement.merchant == the_merchant())
    return BankStatement.get_or_none(mine) or abort(404)


def the_transaction(transaction_id: str) -> BankTransaction:
    mine = (BankTransaction.id == transaction_id) & (BankTransaction.merchant == the_merchant())
    return BankTransaction.get_or_none(mine) or abort(404)


def statement_page(
    statement: BankStatement, status: int = 200, wrong: tuple[str, str] | None = None
) -> Any:
    """`wrong` is the id of a line and what is wrong with what was typed for it."""
    judged = Matcher(statement.merchant).judged(BankTransaction.open_of(statement))
    judgements = {transaction.id: judgement for transaction, judgement in judged}
    lines = [Line(one, judgements.get(one.id)) for one in BankTransaction.of(statement)]
    counts = {state: sum(line.state == state for line in lines) for state in STATES}
    state = request.args.get("state", "")
    shown = [line for line in lines if state not in STATES or line.state == state]
    first = request.args.get("first", default=0, type=int)
    first = first if 0 <= first < len(shown) else 0
    return render_page(
        "dashboard/bank_statements/show.html",
        status=status,
        statement=statement,
        lines=shown[first : first + LINES],
        counts=counts,
        state=state if state in STATES else "",
        next_first=first + LINES if first + LINES < len(shown) else None,
        problems=[(line, PROBLEMS.get(code, code)) for line, code in statement.problems],
        quote=quote_of(judged),
        wrong=wrong or ("", ""),
        is_booked=any(line.transaction.booked_at for line in lines),
    )


def page(form: UploadForm, status: int = 200) -> Any:
    is_open = BankTransaction.status == TransactionStatus.OPEN
    recent = (
        BankStatement.select(
            BankStatement.id,
            BankStatement.filename,
            BankStatement.created_at,
            BankStatement.actor_name,
            fn.COUNT(BankTransaction.id).filter(is_open).alias("open_count"),
        )
        .left_outer_join(BankTransaction)
        .where(BankStatement.merchant == the_merchant())
        .group_by(BankStatement.id)
        .order_by(BankStatement.id.desc())
        .limit(KEPT)
    )
    return render_page(
        "dashboard/bank_statements/index.html", status=status, form=form, recent=list(recent)
    )
