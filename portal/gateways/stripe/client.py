"""Calls of the official library, with what its errors mean to us."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from portal.billing.gateway import GatewayUnavailable

if TYPE_CHECKING:
    from stripe import StripeClient

GATEWAY = "stripe"
SECONDS = 20.0


def client(api_key: str, base_url: str) -> "StripeClient":
    """A client of one Stripe account. It never repeats a call by itself: that is ours to decide."""
    import stripe  # noqa: PLC0415 - pages that need no provider do without the library

    return stripe.StripeClient(
        api_key,
        base_addresses={"api": base_url},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=SECONDS),
    )


class Declined(Exception):
    """Stripe said no for good; `intent` is the payment intent as it was left, if there is one."""

    def __init__(self, reason: str, intent: dict[str, Any] | None = None) -> None:
        self.reason = reason
        self.intent = intent
        super().__init__(reason)


@contextmanager
def answered() -> Iterator[None]:
    """Turns the library's errors into ours.

    Raises `Declined` where the answer is a no, `GatewayUnavailable` where there is none:
    no connection, an error of theirs, too many calls, a key in use, credentials refused.
    """
    import stripe  # noqa: PLC0415

    try:
        yield
    except stripe.CardError as error:
        body = error.json_body if isinstance(error.json_body, dict) else {}
        details = body.get("error", {})
        reason = details.get("decline_code") or error.code or "card_declined"
        raise Declined(reason, details.get("payment_intent")) from error
    except stripe.IdempotencyError as error:
        raise GatewayUnavailable("another call with this key") from error
    except stripe.InvalidRequestError as error:
        raise Declined(error.code or "payment_method_unusable") from error
    except stripe.StripeError as error:
        raise GatewayUnavailable(type(error).__name__) from error


@contextmanager
def told() -> Iterator[None]:
    """For calls that only ask, or whose no decides nothing: all errors are `GatewayUnavailable`."""
    try:
        with answered():
            yield
    except Declined as no:
        raise GatewayUnavailable(no.reason) from no
