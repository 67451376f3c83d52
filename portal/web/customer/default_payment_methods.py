"""Which payment method is charged when nothing else is said."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.web.customer.scope import my_configuration, my_payment_method
from portal.web.labels import method_name
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint(
    "default_payment_methods", __name__, url_prefix="/payment-methods/<payment_method_id>/default"
)


@bp.post("")
def create(payment_method_id: str) -> Any:
    my_configuration().require("updates_payment_methods")
    method = my_payment_method(payment_method_id)
    method.make_default(at=moment())
    return see(
        url_for("customer.payment_methods.index"),
        _("%(method)s is now your default payment method.", method=method_name(method)),
    )
