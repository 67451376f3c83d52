"""What is said of a payment that did not go through: the provider names the reason."""

from flask_babel import lazy_gettext as _l

from portal.billing.payments import Payment

DECLINES = {
    "card_declined": _l(
        "The bank declined the payment without giving a reason. Nothing was charged. "
        "Please try another payment method."
    ),
    "insufficient_funds": _l(
        "There is not enough money in the account. Nothing was charged. "
        "Please try another payment method."
    ),
    "expired_card": _l(
        "The card has expired. Nothing was charged. Please try another payment method."
    ),
    "authentication_failed": _l(
        "The payment was not confirmed. Nothing was charged. "
        "Please try again, or use another payment method."
    ),
    "payment_method_unusable": _l(
        "This payment method can no longer be used. Nothing was charged. "
        "Please try another payment method."
    ),
}
UNNAMED = _l(
    "The payment did not go through. Nothing was charged. Please try another payment method."
)


def declined(payment: Payment) -> str:
    """Why, that nothing was charged, and what to do next."""
    return str(DECLINES.get(payment.failure_reason, UNNAMED))
