"""Which of the sandbox's test methods stands for a card of the demo."""

from portal.demo.content_types import DemoPaymentMethod
from portal.gateways.sandbox.cards import new_token


def token_for(method: DemoPaymentMethod) -> str:
    """A token that will be charged as the content tells."""
    if method.declines:
        return new_token("declined")
    if method.type == "sepa_debit":
        return new_token("sepa")
    return new_token(method.brand if method.brand in {"visa", "mastercard", "amex"} else "visa")
