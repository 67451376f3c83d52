"""Taking a payment method away, after a question."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.billing.errors import LastPaymentMethod
from portal.billing.payment_methods import PaymentMethod
from portal.gateways import gateway_for
from portal.web.customer.scope import me, my_configuration, my_payment_method
from portal.web.labels import method_name
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint(
    "payment_method_removals", __name__, url_prefix="/payment-methods/<payment_method_id>/removal"
)


@bp.get("/new")
def new(payment_method_id: str) -> Any:
    my_configuration().require("updates_payment_methods")
    return question(my_payment_method(payment_method_id))


@bp.post("")
def create(payment_method_id: str) -> Any:
    my_configuration().require("updates_payment_methods")
    destination = url_for("customer.payment_methods.index")
    if was_removed(payment_method_id):
        return see(destination)
    method = my_payment_method(payment_method_id)
    try:
        method.remove(gateway_for(method.gateway, method.merchant), at=moment())
    except LastPaymentMethod:
        return question(method, status=409)
    return see(destination, _("%(method)s was removed.", method=method_name(method)))


def question(method: PaymentMethod, status: int = 200) -> Any:
    return render_page(
        "customer/payment_methods/removal.html",
        status=status,
        method=method,
        is_needed=method.is_last_needed,
        heir=heir_of(method),
    )


def heir_of(method: PaymentMethod) -> PaymentMethod | None:
    """The method that becomes the default when this one goes."""
    if not method.is_default:
        return None
    return PaymentMethod.of(me()).where(PaymentMethod.id != method.id).first()


def was_removed(payment_method_id: str) -> bool:
    """A form that is sent again after it has had its effect is no mistake."""
    return (
        PaymentMethod.select()
        .where(
            (PaymentMethod.id == payment_method_id)
            & (PaymentMethod.customer == me())
            & PaymentMethod.detached_at.is_null(False)
        )
        .exists()
    )
