"""Stripe for one merchant: the account, its secrets, and what a signed message says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from portal.billing.merchants import Merchant
from portal.gateways import installation
from portal.gateways.accounts import ProviderAccount
from portal.gateways.stripe.client import GATEWAY, client
from portal.gateways.stripe.gateway import StripeGateway

TOLERANCE = timedelta(seconds=300)
# What an account without a key is asked with: Stripe refuses it, and nothing is charged.
NO_KEY = "sk_missing"


class SignatureWrong(Exception):
    """The message does not come from Stripe, or not now."""


def stripe_for(merchant: Merchant, _clock: Callable[[], datetime]) -> StripeGateway:
    """The merchant's own account. Its time is Stripe's."""
    account = ProviderAccount.of(merchant, GATEWAY)
    secrets = account.secrets(installation.keyring()) if account else {}
    api_key = secrets.get("secret_key") or NO_KEY
    return StripeGateway(merchant, client(api_key, installation.settings().stripe_url))


def verified(account: ProviderAccount, body: bytes, signature: str) -> dict[str, Any]:
    """The event that a message carries, its signature checked over the bytes as they came.

    Several secrets may be in use while one is exchanged for another: one a line or blank.
    Raises `SignatureWrong`.
    """
    import stripe  # noqa: PLC0415 - only the worker and this address need the library

    secrets = account.secrets(installation.keyring()).get("webhook_secret", "")
    for secret in secrets.split():
        try:
            event = stripe.Webhook.construct_event(
                body, signature, secret, tolerance=int(TOLERANCE.total_seconds())
            )
        except (stripe.SignatureVerificationError, ValueError):
            continue
        return dict(event.to_dict())
    raise SignatureWrong
