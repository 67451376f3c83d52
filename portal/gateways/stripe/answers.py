"""What Stripe's objects mean in the words of `portal.billing.gateway`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from portal.billing.gateway import Charge, PaymentStatus, Refunded, RefundStatus, StoredMethod

OUR_KEY = "portal_key"
NEEDS_OWNER = "authentication_required"
STATUSES = {
    "succeeded": PaymentStatus.SUCCEEDED,
    "processing": PaymentStatus.PENDING,
    "requires_action": PaymentStatus.REQUIRES_ACTION,
    "requires_confirmation": PaymentStatus.REQUIRES_ACTION,
    "requires_capture": PaymentStatus.PENDING,
    "requires_payment_method": PaymentStatus.FAILED,
    "canceled": PaymentStatus.FAILED,
}
REFUND_STATUSES = {
    "succeeded": RefundStatus.SUCCEEDED,
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}


def charge_of(intent: Mapping[str, Any]) -> Charge:
    """What a payment intent means; amount in minor units, as Stripe took it."""
    status = STATUSES.get(intent["status"], PaymentStatus.UNKNOWN)
    reason = ""
    if status == PaymentStatus.FAILED:
        error = last_error(intent)
        reason = error.get("decline_code") or error.get("code") or intent["status"]
        if reason == NEEDS_OWNER:
            status = PaymentStatus.REQUIRES_ACTION
    return Charge(
        status,
        intent["id"],
        reason,
        action_url(intent),
        amount=intent.get("amount_received") or intent.get("amount"),
        currency=str(intent.get("currency", "")).upper() or None,
    )


def last_error(intent: Mapping[str, Any]) -> Mapping[str, Any]:
    """Why the last attempt of it failed; empty if none did."""
    return intent.get("last_payment_error") or {}


def action_url(intent: Mapping[str, Any]) -> str:
    """Where the owner of the card is sent to, "" if nowhere."""
    action = intent.get("next_action") or {}
    return str((action.get("redirect_to_url") or {}).get("url") or "")


def refund_of(refund: Mapping[str, Any]) -> Refunded:
    """What a refund object means."""
    status = REFUND_STATUSES.get(refund["status"], RefundStatus.UNKNOWN)
    return Refunded(status, refund["id"], refund.get("failure_reason") or "")


def stored_method(customer: str, method: Mapping[str, Any]) -> StoredMethod:
    """A payment method as we keep it: its token names its customer, too."""
    token, kind = f"{customer}/{method['id']}", method["type"]
    if kind == "sepa_debit":
        return StoredMethod(token, "sepa_debit", "", method["sepa_debit"]["last4"])
    card = method.get("card") or {}
    return StoredMethod(
        token,
        "card",
        card.get("brand", kind),
        card.get("last4", ""),
        card.get("exp_month"),
        card.get("exp_year"),
    )


def with_key(objects: Any, key: str) -> dict[str, Any] | None:
    """The one that was made under our key."""
    for each in objects:
        found = each.to_dict()
        if (found.get("metadata") or {}).get(OUR_KEY) == key:
            return dict(found)
    return None


def around(at: datetime) -> dict[str, int]:
    """From a little before we asked: two clocks are never the same."""
    return {"gte": int((at - timedelta(hours=1)).timestamp())}
