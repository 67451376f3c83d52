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


DECLINED = _l("The bank declined the payment.")
NO_DEBITS = _l("The bank does not allow direct debits from this account.")
NOT_CONFIRMED = _l("The payment was not confirmed.")
ACCOUNT = _l("The account cannot be used any more.")
# Why, in short. What a bank says of lost or stolen cards is not for the reader's ears.
REASONS = {
    "insufficient_funds": _l("There was not enough money in the account."),
    "AM04": _l("There was not enough money in the account."),
    "expired_card": _l("The card has expired."),
    "authentication_failed": NOT_CONFIRMED,
    "authentication_required": NOT_CONFIRMED,
    "payment_method_unusable": _l("This payment method can no longer be used."),
    "no_payment_method": _l("There is no payment method that can be charged."),
    "never_arrived": _l("The payment did not reach the payment provider."),
    "decided_by_merchant": _l("No money arrived."),
    "AC01": _l("The account number is not correct."),
    "RC01": _l("The account number is not correct."),
    "AC04": _l("The account is closed."),
    "AC06": NO_DEBITS,
    "AC13": NO_DEBITS,
    "AG01": NO_DEBITS,
    "SL01": NO_DEBITS,
    "MD01": _l("There is no valid mandate for this account."),
    "MD06": _l("The account holder had the money returned."),
    "MD07": ACCOUNT,
    "MS02": _l("The account holder refused the debit."),
    "MS03": DECLINED,
    "mandate_revoked": _l("The mandate was taken back."),
    "currency_not_supported": _l("Only amounts in euros can be debited from accounts."),
}


def reason_words(code: str) -> str:
    """Why a payment failed, in a sentence; where nobody knows, that the bank declined it."""
    return str(REASONS.get(code, DECLINED))


def declined(payment: Payment) -> str:
    """Why, that nothing was charged, and what to do next."""
    return str(DECLINES.get(payment.failure_reason, UNNAMED))
