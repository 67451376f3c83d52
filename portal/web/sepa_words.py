"""Why a direct debit failed or came back, in words: for customers and for the merchant."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

RETURN_REASONS: dict[str, Any] = {
    "AM04": _l("Not enough money in the account"),
    "MS03": _l("The bank gave no reason"),
    "MS02": _l("The account holder refused the debit"),
    "MD06": _l("The account holder asked for the money back"),
    "MD01": _l("There is no valid mandate"),
    "AC01": _l("The IBAN is wrong"),
    "AC04": _l("The account is closed"),
    "AC06": _l("The account is blocked"),
    "AC13": _l("The account cannot be debited that way"),
    "AG01": _l("Direct debits are not allowed on this account"),
    "MD07": _l("The account holder has died"),
    "SL01": _l("The account holder does not allow debits by you"),
    "mandate_revoked": _l("The mandate was revoked"),
}


def return_reason(code: str) -> str:
    """The words of a reason; one that is not known here is named by its code."""
    if code in RETURN_REASONS:
        return str(RETURN_REASONS[code])
    return gettext("Reason %(code)s of the bank", code=code)
