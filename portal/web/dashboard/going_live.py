"""From the sandbox to real customers: the checklist, the choice and the confirmation."""

from typing import Any

from flask import Blueprint, abort, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectChoice
from wtforms.validators import InputRequired, ValidationError

from portal.accounts.going_live import go_live, leftovers, readiness
from portal.billing.errors import BillingError
from portal.billing.merchants import Merchant
from portal.gateways.readiness import is_configured, offered
from portal.record import now
from portal.web.dashboard.provider_forms import PROVIDERS
from portal.web.dashboard.scope import the_merchant
from portal.web.dashboard.step_up import StepUpForm
from portal.web.errors import refusal
from portal.web.forms import TextLine
from portal.web.legal_words import lacking_words
from portal.web.pages import render_page, see

bp = Blueprint("going_live", __name__, url_prefix="/going-live")


class GoingLiveForm(StepUpForm):
    """Deleting everything wants more than a click: the name, and the password."""

    gateway = RadioField(
        _l("How do customers pay?"), validators=[InputRequired(_l("Choose a provider."))]
    )
    name = TextLine(_l("Name of your business"))

    def __init__(self, merchant: Merchant, **given: Any) -> None:
        super().__init__(**given)
        self.business = merchant.name
        self.gateway.choices = [
            SelectChoice(name, PROVIDERS[name].label)
            for name in offered()
            if is_configured(merchant, name)
        ]

    def validate_name(self, field: Field) -> None:
        if field.data.casefold() != self.business.casefold():
            raise ValidationError(_("Type the name exactly: %(name)s", name=self.business))


@bp.get("")
def new() -> Any:
    return page(GoingLiveForm(sandbox()))


@bp.post("")
def create() -> Any:
    merchant = sandbox()
    form = GoingLiveForm(merchant)
    if not form.validate():
        return page(form, 422)
    try:
        go_live(merchant, form.gateway.data, is_configured=is_configured, at=now())
    except BillingError as refused:
        form.gateway.errors = [refusal(refused)]
        return page(form, 409)
    return see(url_for("dashboard.overview.show"), _("You are live. Add your first customer."))


def sandbox() -> Merchant:
    """Who is live already has no such page."""
    merchant = the_merchant()
    return merchant if merchant.is_sandbox else abort(404)


def page(form: GoingLiveForm, status: int = 200) -> Any:
    merchant = sandbox()
    names = [name for name in offered() if is_configured(merchant, name)]
    return render_page(
        "dashboard/going_live/new.html",
        status=status,
        form=form,
        ready=readiness(merchant, names[0] if names else "", is_configured),
        lacking=lacking_words(merchant),
        leftovers=leftovers(merchant),
        notes={name: PROVIDERS[name].note for name in names},
    )
