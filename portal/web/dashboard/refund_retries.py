"""A refund that failed is tried again, and one without an answer asked for."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.billing import refunds
from portal.billing.gateway import RefundStatus
from portal.billing.refunds import Refund
from portal.gateways import gateway_for
from portal.web.dashboard.scope import the_merchant, the_refund
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint("refund_retries", __name__, url_prefix="/refunds/<refund_id>/retry")


@bp.post("")
def create(refund_id: str) -> Any:
    """One that failed is begun anew; one without an answer is asked for by its key."""
    earlier, at = the_refund(refund_id), moment()
    page = url_for("dashboard.invoices.show", invoice_id=earlier.payment.invoice_id)
    if earlier.is_unanswered:
        earlier.ask_again(gateway_for(earlier.gateway, the_merchant()), at)
        return see(page, _outcome(earlier), _tone(earlier))
    refund = refunds.again(earlier, at=at)
    refund.ask(gateway_for(refund.gateway, the_merchant()), at)
    return see(page, _outcome(refund), _tone(refund))


def _outcome(refund: Refund) -> str:
    if refund.status == RefundStatus.SUCCEEDED:
        return _("The money was given back.")
    if refund.status == RefundStatus.FAILED:
        return _("The refund failed.")
    return _("The provider has not answered yet.")


def _tone(refund: Refund) -> str:
    return "message" if refund.status == RefundStatus.SUCCEEDED else "warning"
