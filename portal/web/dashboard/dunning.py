"""Settings: what happens when an invoice is not paid."""

import re
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectChoice
from wtforms.validators import InputRequired, ValidationError

from portal.accounts.legal_settings import DunningScheduleMalformed, change_dunning
from portal.billing.merchants import FinalAction
from portal.web.dashboard.scope import the_merchant
from portal.web.errors import refusal
from portal.web.forms import Form, TextLine
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("dunning", __name__, url_prefix="/settings/dunning")


class DunningForm(Form):
    days = TextLine(_l("Days"), validators=[InputRequired(_l("Enter at least one day."))])
    final_action = RadioField(
        _l("When the last try has failed"),
        choices=[
            SelectChoice(FinalAction.CANCEL, _l("End the subscription")),
            SelectChoice(FinalAction.MARK_UNPAID, _l("Mark the subscription as unpaid")),
            SelectChoice(FinalAction.LEAVE_PAST_DUE, _l("Leave the subscription past due")),
        ],
    )

    def validate_days(self, field: Field) -> None:
        words = field.data.replace(",", " ").replace(";", " ").split()
        if not all(re.fullmatch(r"[0-9]{1,3}", word) for word in words):
            raise ValidationError(_("Write whole numbers with commas between them."))
        self.numbers = [int(word) for word in words]


@bp.get("")
def edit() -> Any:
    merchant, form = the_merchant(), DunningForm()
    form.fill(
        days=", ".join(map(str, merchant.dunning_days)),
        final_action=merchant.dunning_final_action,
    )
    return page(form)


@bp.post("")
def update() -> Any:
    form = DunningForm()
    if not form.validate():
        return page(form, 422)
    action = FinalAction(form.final_action.data)
    try:
        change_dunning(the_merchant(), form.numbers, action, at=moment())
    except DunningScheduleMalformed as refused:
        form.days.errors = [refusal(refused)]
        return page(form, 422)
    return see(url_for("dashboard.dunning.edit"), _("Your settings are saved."))


def page(form: DunningForm, status: int = 200) -> Any:
    return render_page(
        "dashboard/settings/dunning.html", fragment="dunning", status=status, form=form
    )
