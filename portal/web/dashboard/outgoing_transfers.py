"""Refunds that the merchant makes by a transfer of their own."""

from typing import Any

from flask import Blueprint, abort, url_for
from flask_babel import gettext as _
from stdnum import iban

from portal.billing.gateway import RefundStatus
from portal.gateways.bank_transfer.outgoing import make, refund_of
from portal.gateways.bank_transfer.records import OutgoingTransfer
from portal.web.dashboard.scope import the_merchant
from portal.web.pages import money, render_page, see
from portal.web.zone import moment

bp = Blueprint("outgoing_transfers", __name__, url_prefix="/bank/transfers")
bp.add_app_template_filter(lambda text: iban.format(text) if text else "", "spaced_iban")
SHOWN = 100


@bp.get("")
def index() -> Any:
    merchant = the_merchant()
    made = (
        OutgoingTransfer.select()
        .where(
            (OutgoingTransfer.merchant == merchant)
            & (OutgoingTransfer.status == RefundStatus.SUCCEEDED)
        )
        .order_by(OutgoingTransfer.id.desc())
        .limit(SHOWN)
    )
    waiting = OutgoingTransfer.to_make(merchant).limit(SHOWN)
    return render_page(
        "dashboard/outgoing_transfers/index.html",
        waiting=[(transfer, refund_of(transfer)) for transfer in waiting],
        made=[(transfer, refund_of(transfer)) for transfer in made],
    )


@bp.post("/<transfer_id>/completion")
def create(transfer_id: str) -> Any:
    """The merchant has made it."""
    mine = (OutgoingTransfer.id == transfer_id) & (OutgoingTransfer.merchant == the_merchant())
    transfer = OutgoingTransfer.get_or_none(mine) or abort(404)
    make(transfer, at=moment())
    amount = money(transfer.amount, transfer.currency)
    return see(url_for(".index"), _("The transfer of %(amount)s is noted as made.", amount=amount))
