"""Files of direct debits: made once, fetched as often as wanted, always the same bytes."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.billing.errors import BillingError
from portal.gateways.sepa.batches import export, note_download
from portal.gateways.sepa.records import SepaBatch, SepaCollection
from portal.web.dashboard.scope import the_merchant, the_user
from portal.web.errors import refusal
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint("sepa_batches", __name__, url_prefix="/bank/batches")


@bp.post("")
def create() -> Any:
    page = url_for("dashboard.sepa_collections.index")
    try:
        until = date.fromisoformat(request.form.get("until", ""))
    except ValueError:
        return see(page, _("Enter a date."), "error")
    user = the_user()
    try:
        batch = export(the_merchant(), until, actor_name=user.name or user.email, at=moment())
    except BillingError as refused:
        return see(page, refusal(refused), "error")
    message = ngettext(
        "A file with %(num)s debit was made. Download it below and give it to your bank.",
        "A file with %(num)s debits was made. Download it below and give it to your bank.",
        batch.count,
    )
    return see(f"{page}#{batch.id}", message)


@bp.get("/<batch_id>.xml")
def show(batch_id: str) -> Any:
    batch = the_batch(batch_id)
    note_download(batch, at=moment())
    response = Response(batch.xml.encode(), mimetype="application/xml")
    name = f"pain.008-{batch.message_id}.xml"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def the_batch(batch_id: str) -> SepaBatch:
    mine = (SepaBatch.id == batch_id) & (SepaBatch.merchant == the_merchant())
    return SepaBatch.get_or_none(mine) or abort(404)


def collections_of(batch: SepaBatch) -> list[SepaCollection]:
    return list(SepaCollection.select().where(SepaCollection.batch == batch))
