"""A direct debit mandate can be taken back at any time, also where nothing else pays."""

from typing import Any

from flask import Blueprint, abort, url_for
from flask_babel import gettext as _

from portal.billing.payment_methods import PaymentMethod
from portal.gateways import gateway_for
from portal.gateways.sepa.gateway import SepaGateway
from portal.gateways.sepa.records import SepaMandate
from portal.web.customer.scope import my_payment_method
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint(
    "mandate_revocations",
    __name__,
    url_prefix="/payment-methods/<payment_method_id>/mandate-revocation",
)


@bp.post("")
def create(payment_method_id: str) -> Any:
    """The method stays on the list, but nothing is debited any more."""
    method = my_payment_method(payment_method_id)
    if method.gateway != SepaGateway.name:
        abort(404)
    gateway_for(method.gateway, method.merchant).detach(method.token)
    return see(
        url_for("customer.payment_methods.index"),
        _("The mandate was taken back. Nothing more will be debited from this account."),
    )


@bp.app_template_filter("is_without_mandate")
def is_without_mandate(method: PaymentMethod) -> bool:
    """Whether its mandate was taken back, has lapsed, or was refused by the bank."""
    if method.gateway != SepaGateway.name:
        return False
    mandate = SepaMandate.get_or_none(
        (SepaMandate.id == method.token) & (SepaMandate.merchant == method.merchant_id)
    )
    return mandate is None or not mandate.is_usable(moment())
