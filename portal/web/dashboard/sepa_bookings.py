"""The account shows that debits have arrived: one of them, or a whole file."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.gateways.sepa.collecting import book
from portal.web.dashboard.sepa_batches import collections_of, the_batch
from portal.web.dashboard.sepa_collections import the_collection
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint("sepa_bookings", __name__, url_prefix="/bank")


@bp.post("/collections/<collection_id>/booking")
def create(collection_id: str) -> Any:
    book(the_collection(collection_id), at=moment())
    return see(_page(), _("The debit was booked."))


@bp.post("/batches/<batch_id>/booking")
def update(batch_id: str) -> Any:
    """All of the file that did not fail; what comes back later is taken back then."""
    batch, at = the_batch(batch_id), moment()
    # Each by itself: a file holds thousands, and others write in between.
    booked = sum(book(collection, at=at) for collection in collections_of(batch))
    if not booked:
        return see(_page(), _("All debits of this file were decided already."), "info")
    words = ngettext("%(num)s debit was booked.", "%(num)s debits were booked.", booked)
    return see(_page(), words)


def _page() -> str:
    return url_for("dashboard.sepa_collections.index")
