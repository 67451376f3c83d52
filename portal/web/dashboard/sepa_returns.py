"""The bank said that a debit did not go through, or took its money back."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.gateways.sepa.collecting import payment_of, return_
from portal.gateways.sepa.reasons import COMMON
from portal.gateways.sepa.records import SepaCollection
from portal.web.dashboard.sepa_collections import the_collection
from portal.web.forms import Form
from portal.web.pages import money, render_page, see
from portal.web.sepa_words import RETURN_REASONS
from portal.web.zone import moment

bp = Blueprint("sepa_returns", __name__, url_prefix="/bank/collections/<collection_id>/return")


class ReturnForm(Form):
    reason = RadioField(
        _l("What the bank says"),
        choices=[SelectChoice(code, RETURN_REASONS[code]) for code in COMMON],
        validators=[InputRequired(_l("Choose a reason."))],
    )


@bp.get("/new")
def new(collection_id: str) -> Any:
    return page(the_collection(collection_id), ReturnForm())


@bp.post("")
def create(collection_id: str) -> Any:
    collection, form = the_collection(collection_id), ReturnForm()
    if not form.validate_on_submit():
        return page(collection, form, 422)
    back = url_for("dashboard.sepa_collections.index")
    if not return_(collection, form.reason.data, at=moment()):
        return see(back, _("This debit was decided already."), "info")
    amount = money(collection.money)
    return see(back, _("The debit of %(amount)s is noted as returned.", amount=amount))


def page(collection: SepaCollection, form: ReturnForm, status: int = 200) -> Any:
    return render_page(
        "dashboard/sepa_collections/return.html",
        status=status,
        collection=collection,
        payment=payment_of(collection),
        form=form,
    )
