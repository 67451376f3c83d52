"""Adding a payment method: off to the provider's page, and back with what was stored there."""

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext as _

from portal.billing.gateway import GatewayUnavailable
from portal.billing.payment_method_setups import PaymentMethodSetup, payer_of
from portal.billing.payment_methods import PaymentMethod
from portal.gateways import gateway_for
from portal.web.customer.payment_methods import own_page
from portal.web.customer.scope import me, my_configuration, my_session
from portal.web.labels import method_name
from portal.web.pages import see
from portal.web.settings import absolute
from portal.web.zone import moment

bp = Blueprint("payment_method_setups", __name__, url_prefix="/payment-methods/setups")


@bp.post("")
def create() -> Any:
    my_configuration().require("updates_payment_methods")
    setup = PaymentMethodSetup.begin(
        me(),
        at=moment(),
        is_default_wanted="is_default" in request.form,
        return_path=own_page(request.form.get("back", "")),
    )
    back_here = absolute(url_for(".show", setup_id=setup.id))
    try:
        return redirect(
            gateway_for(setup.gateway, setup.merchant).setup_url(
                setup.key, back_here, payer_of(setup.customer)
            ),
            code=303,
        )
    except GatewayUnavailable:
        return unavailable(setup)


@bp.get("/<setup_id>")
def show(setup_id: str) -> Any:
    """The provider sends the reader here; coming twice changes nothing."""
    setup = my_setup(setup_id)
    try:
        stored = gateway_for(setup.gateway, setup.merchant).find_setup(setup.key)
    except GatewayUnavailable:
        return unavailable(setup)
    if stored is None:
        return see(destination_of(setup), _("No payment method was added."), "info")
    method = setup.complete(stored, at=moment())
    return see(destination_of(setup), added(method))


def unavailable(setup: PaymentMethodSetup) -> Any:
    message = _("The payment provider does not answer. Please try again.")
    return see(destination_of(setup), message, "error")


def destination_of(setup: PaymentMethodSetup) -> str:
    return setup.return_path or url_for("customer.payment_methods.index")


def added(method: PaymentMethod) -> str:
    name = method_name(method)
    if method.is_default:
        return _("%(method)s was added and is now your default.", method=name)
    return _("%(method)s was added.", method=name)


def my_setup(setup_id: str) -> PaymentMethodSetup:
    """A way to the provider that this customer began, not a guest or an onlooker."""
    if my_session().is_impersonated or request.method != "GET":
        abort(404)
    return PaymentMethodSetup.select().where(
        (PaymentMethodSetup.id == setup_id)
        & (PaymentMethodSetup.customer == me())
        & (PaymentMethodSetup.invoice_id == "")
    ).first() or abort(404)
