"""What Stripe tells us: signed, taken note of once, and then asked for.

The body is never believed: it only says which charge or refund to ask about.
"""

from typing import Any

from flask import Blueprint, abort, request

from portal.delivery.provider_events import take_note
from portal.gateways.accounts import ProviderAccount
from portal.gateways.stripe.client import GATEWAY
from portal.gateways.stripe.factory import SignatureWrong, verified
from portal.gateways.stripe.records import StripeRequest
from portal.record import now

bp = Blueprint("stripe", __name__, url_prefix="/stripe")

LONGEST_BODY = 256_000


@bp.post("/<account_id>")
def create(account_id: str) -> Any:
    """200 for all that is genuine, known or not; 400 for the rest, and nothing changes."""
    account = ProviderAccount.get_or_none(
        (ProviderAccount.id == account_id) & (ProviderAccount.gateway == GATEWAY)
    )
    body = request.get_data(cache=False)
    if account is None or len(body) > LONGEST_BODY:
        abort(400)
    try:
        event = verified(account, body, request.headers.get("Stripe-Signature", ""))
    except SignatureWrong:
        abort(400)
    asked = StripeRequest.named_in(event, account.merchant)
    take_note(account, event, key=asked.key if asked else "", at=now())
    return "", 200
