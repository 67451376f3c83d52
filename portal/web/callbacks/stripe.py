"""What Stripe tells us: signed, taken note of once, and then asked for.

The body is never believed: it only says which charge or refund to ask about.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, request
from peewee import IntegrityError

from portal.database import write
from portal.delivery.provider_events import ask_later
from portal.gateways.accounts import ProviderAccount
from portal.gateways.stripe.client import GATEWAY
from portal.gateways.stripe.factory import SignatureWrong, verified
from portal.gateways.stripe.records import ProviderEvent, StripeRequest
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
    take_note(account, event)
    return "", 200


def take_note(account: ProviderAccount, event: Mapping[str, Any]) -> None:
    """Written down with the question that follows from it; a second time is none."""
    at = now()
    try:
        with write():
            ProviderEvent.create(
                merchant=account.merchant_id,
                gateway=GATEWAY,
                event_id=str(event["id"]),
                type=str(event.get("type", "")),
                created_at=at,
            )
            if asked := asked_about(account, event):
                ask_later(asked.key, account.merchant_id, at=at)
    except IntegrityError:
        return  # it came before


def asked_about(account: ProviderAccount, event: Mapping[str, Any]) -> StripeRequest | None:
    """What of ours it is about: by Stripe's id, or by the key that we gave."""
    thing = (event.get("data") or {}).get("object") or {}
    key = (thing.get("metadata") or {}).get("portal_key")
    by_id = StripeRequest.for_object(account.merchant, str(thing.get("id", "-")))
    return by_id or (StripeRequest.of(account.merchant, str(key)) if key else None)
