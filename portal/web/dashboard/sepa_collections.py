"""Direct debits: what goes to the bank next, what is under way, and the files that were made."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from portal.gateways.accounts import ProviderAccount
from portal.gateways.sepa import mandates
from portal.gateways.sepa.batches import MOST_IN_A_FILE
from portal.gateways.sepa.collecting import SETTING, books_by_itself, payment_of
from portal.gateways.sepa.gateway import SepaGateway
from portal.gateways.sepa.records import SepaBatch, SepaCollection
from portal.web.dashboard.scope import the_merchant
from portal.web.forms import Form
from portal.web.pages import render_page, see
from portal.web.settings import keyring
from portal.web.zone import moment

bp = Blueprint("sepa_collections", __name__, url_prefix="/bank/collections")
SHOWN = 100
# Banks want a file some days before; what is due within a week is proposed.
USUAL_DAYS = 7


class BookingForm(Form):
    books_by_itself = BooleanField(_l("Take debits for paid after five business days"))


@bp.get("")
def index() -> Any:
    return page(BookingForm(data={"books_by_itself": books_by_itself(the_merchant().id)}))


@bp.post("")
def update() -> Any:
    """Whether what did not come back is taken for paid."""
    form, merchant = BookingForm(), the_merchant()
    if not form.validate_on_submit():
        return page(form, 422)
    account = ProviderAccount.of(merchant, SepaGateway.name)
    settings = (account.settings if account else {}) | {SETTING: bool(form.books_by_itself.data)}
    ProviderAccount.keep(merchant, SepaGateway.name, settings, {}, keyring=keyring(), at=moment())
    return see(url_for(".index"), _("Your settings are saved."))


def page(form: BookingForm, status: int = 200) -> Any:
    merchant = the_merchant()
    waiting, running = SepaCollection.to_submit(merchant), SepaCollection.under_way(merchant)
    count = waiting.count()
    batches = (
        SepaBatch.select(SepaBatch.id, SepaBatch.count, SepaBatch.total, SepaBatch.created_at)
        .where(SepaBatch.merchant == merchant)
        .order_by(SepaBatch.id.desc())
        .limit(SHOWN)
    )
    return render_page(
        "dashboard/sepa_collections/index.html",
        status=status,
        form=form,
        waiting=[(one, payment_of(one)) for one in waiting.limit(SHOWN)],
        waiting_count=count,
        more_count=max(0, count - SHOWN),
        under_way=[(one, payment_of(one)) for one in running.limit(SHOWN)],
        batches=list(batches),
        undecided=SepaCollection.batches_under_way(merchant),
        is_ready=mandates.is_ready(merchant),
        until=(merchant.day(moment()) + timedelta(days=USUAL_DAYS)).isoformat(),
        most=MOST_IN_A_FILE,
    )


def the_collection(collection_id: str) -> SepaCollection:
    mine = (SepaCollection.id == collection_id) & (SepaCollection.merchant == the_merchant())
    return SepaCollection.get_or_none(mine) or abort(404)
