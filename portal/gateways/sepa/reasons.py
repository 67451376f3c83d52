"""Why a direct debit did not go through or came back: codes of ISO 20022 (EPC173-14).

Whether the same method is tried again is decided in `billing.decline_codes`.
"""

# The mandate itself, or the account that it names, is of no use any more.
BLOCKING = frozenset(
    {
        "AC01",  # account identifier incorrect
        "AC04",  # account closed
        "AC06",  # account blocked
        "AC13",  # debtor account is a consumer account
        "AG01",  # direct debit forbidden on this account
        "MD01",  # no mandate
        "MD07",  # debtor deceased
        "RC01",  # bank identifier incorrect
        "SL01",  # the debtor had their bank bar us
    }
)
# What the merchant can choose from when a bank has told them on paper.
COMMON = ("AM04", "MS03", "MS02", "MD06", "MD01", "AC01", "AC04", "AC06", "AG01")
UNUSABLE = "payment_method_unusable"
NOT_EURO = "currency_not_supported"
REVOKED = "mandate_revoked"
