"""Why a payment failed, and whether trying the same method again could be of any use.

Reasons are the provider's own: words for cards, ISO 20022 codes for direct debits.
"""

# Cards: Stripe, "Smart Retries", list of hard decline codes; Visa, "Excessive reattempts",
# category 1 (the issuer will never approve). An expired card is not among them: issuers
# tell providers of its successor, which is charged by the same token.
CARDS = frozenset(
    {
        "incorrect_number",
        "lost_card",
        "stolen_card",
        "pickup_card",
        "restricted_card",
        "revocation_of_authorization",
        "revocation_of_all_authorizations",
        "stop_payment_order",
        "authentication_required",
        "highest_risk_level",
        "transaction_not_allowed",
    }
)
# SEPA: EPC 173-14, "Guidance on reason codes for SDD R-transactions", those that the
# guidance answers with "do not collect again" or that need a new mandate or account.
DEBITS = frozenset(
    {
        "AC01",  # account number incorrect
        "AC04",  # account closed
        "AC06",  # account blocked
        "AC13",  # consumer account where a business one was said
        "AG01",  # direct debits forbidden on this account
        "BE05",  # creditor identifier unknown
        "CNOR",  # creditor's bank not reachable
        "DNOR",  # debtor's bank not reachable
        "MD01",  # no valid mandate
        "MD06",  # the debtor asked for the money back
        "MD07",  # the debtor has died
        "MS02",  # the debtor refused
        "RC01",  # bank identifier incorrect
        "SL01",  # the debtor blocked this creditor
    }
)
# Our own: what was stored cannot be charged any more.
OURS = frozenset({"payment_method_unusable", "mandate_revoked", "currency_not_supported"})
HARD = CARDS | DEBITS | OURS


def is_hard(reason: str) -> bool:
    """Whether this method is not to be tried again by itself."""
    return reason in HARD
