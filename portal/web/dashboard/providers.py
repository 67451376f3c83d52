"""Settings: the payment providers, and what each has to know."""

from typing import Any

from flask import Blueprint, abort, url_for
from flask_babel import gettext as _

from portal.gateways.accounts import ProviderAccount
from portal.gateways.readiness import is_configured, offered
from portal.web.dashboard.provider_forms import PROVIDERS, Provider
from portal.web.dashboard.scope import the_merchant
from portal.web.pages import render_page, see
from portal.web.settings import absolute
from portal.web.zone import moment

bp = Blueprint("providers", __name__, url_prefix="/settings/providers")


@bp.get("")
def index() -> Any:
    merchant = the_merchant()
    return render_page(
        "dashboard/providers/index.html",
        providers=[PROVIDERS[name] for name in offered()],
        configured={name for name in offered() if is_configured(merchant, name)},
    )


@bp.get("/<name>")
def edit(name: str) -> Any:
    provider, form = the_provider(name), the_provider(name).form()
    form.show(the_merchant())
    return page(provider, form)


@bp.post("/<name>")
def update(name: str) -> Any:
    provider = the_provider(name)
    form = provider.form()
    if not form.validate():
        return page(provider, form, 422)
    form.keep(the_merchant(), at=moment())
    return see(url_for("dashboard.providers.index"), _("Your settings are saved."))


def the_provider(name: str) -> Provider:
    return PROVIDERS[name] if name in offered() else abort(404)


def endpoint_of(provider: Provider) -> str:
    """Where a provider calls us back; "" for those that do not, or not yet."""
    account = ProviderAccount.of(the_merchant(), provider.name)
    if provider.name != "stripe" or account is None:
        return ""
    return absolute(url_for("callbacks.stripe.create", account_id=account.id))


def page(provider: Provider, form: Any, status: int = 200) -> Any:
    return render_page(
        "dashboard/providers/edit.html",
        status=status,
        provider=provider,
        form=form,
        is_configured=is_configured(the_merchant(), provider.name),
        endpoint=endpoint_of(provider),
    )
