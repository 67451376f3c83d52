"""A refund that failed is tried again."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.billing import refunds
from portal.billing.gateway import RefundStatus
from portal.gateways import gateway_for
from portal.web.dashboard.scope import the_merchant, the_refund
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint("refund_retries", __name__, url_prefix="/refunds/<refund_id>/retry")


@bp.post("")
def create(refund_id: str) -> Any:
    failed, at = the_refund(refund_id), moment()
    refund = refunds.again(failed, at=at)
    if not refund.is_outside:
        refund.ask(gateway_for(refund.gateway, the_merchant()), at)
    page = url_for("dashboard.invoices.show", invoice_id=failed.payment.invoice_id)
    if refund.status == RefundStatus.FAILED:
        return see(page, _("The refund failed again."), "warning")
    return see(page, _("The refund was started again."))
