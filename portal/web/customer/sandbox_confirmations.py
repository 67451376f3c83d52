"""The sandbox provider's page where the owner of a card confirms a payment, as 3-D Secure asks."""

from typing import Any

from flask import Blueprint, abort, redirect, request

from portal.billing.gateway import PaymentStatus
from portal.gateways.sandbox.records import SandboxCharge
from portal.web.access import public
from portal.web.pages import render_page

bp = Blueprint("sandbox_confirmations", __name__, url_prefix="/sandbox/confirmations/<secret>")

DECISIONS = {"confirm": True, "refuse": False}


@bp.get("")
@public
def show(secret: str) -> Any:
    charge = the_charge(secret)
    if charge.status != PaymentStatus.REQUIRES_ACTION and charge.return_url:
        return redirect(charge.return_url, code=303)
    return render_page("customer/sandbox/confirmation.html", charge=charge)


@bp.post("")
@public
def create(secret: str) -> Any:
    charge = the_charge(secret)
    decision = request.form.get("decision", "")
    if decision not in DECISIONS:
        abort(422)
    charge.decide(DECISIONS[decision])
    return redirect(charge.return_url, code=303) if charge.return_url else show(secret)


def the_charge(secret: str) -> SandboxCharge:
    return SandboxCharge.get_or_none(SandboxCharge.secret == secret) or abort(404)
