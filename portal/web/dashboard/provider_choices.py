"""Settings: taking another provider into use, where one is live already."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.accounts.provider_changes import change_provider
from portal.gateways.readiness import is_configured
from portal.record import now
from portal.web.dashboard.provider_forms import PROVIDERS
from portal.web.dashboard.providers import the_provider
from portal.web.dashboard.scope import the_merchant
from portal.web.dashboard.step_up import StepUpForm
from portal.web.pages import render_page, see

bp = Blueprint("provider_choices", __name__, url_prefix="/settings/providers/<name>/choice")


@bp.get("")
def new(name: str) -> Any:
    return page(name, StepUpForm())


@bp.post("")
def create(name: str) -> Any:
    provider, form = the_provider(name), StepUpForm()
    if not form.validate():
        return page(name, form, 422)
    change_provider(the_merchant(), name, is_configured=is_configured, at=now())
    words = _("Customers pay this way from now on: %(provider)s", provider=provider.label)
    return see(url_for("dashboard.providers.index"), words)


def page(name: str, form: StepUpForm, status: int = 200) -> Any:
    merchant = the_merchant()
    return render_page(
        "dashboard/providers/choice.html",
        status=status,
        provider=the_provider(name),
        form=form,
        former=PROVIDERS.get(merchant.gateway),
        is_configured=is_configured(merchant, name),
    )
