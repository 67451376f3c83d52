"""What the law wants to know of a merchant, and how unpaid invoices are followed up."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from portal.accounts.settings import change_merchant
from portal.billing.errors import BillingError
from portal.billing.legal_numbers import check_number
from portal.billing.merchants import FinalAction, Merchant

MOST_TRIES = 15
LATEST_DAY = 60
# What is checked before it is stored, by column.
NUMBERS = {"iban": "iban", "bic": "bic", "creditor_id": "creditor_id"}
# What a country calls its numbers, where their form is known.
NUMBERS_OF = {
    "DE": {"tax_number": "german_tax_number"},
    "FR": {"registration_number": "siren"},
}


class DunningScheduleMalformed(BillingError):
    """Not 1 to 15 days, each later than the one before, within 60 days."""

    code = "dunning_schedule_malformed"


def change_legal(merchant: Merchant, *, at: datetime, **given: Any) -> list[str]:
    """Take over columns about law and bank, numbers in their stored spelling.

    Answers the names of those that changed. Raises `LegalNumberMalformed`.
    """
    kinds = NUMBERS | NUMBERS_OF.get(merchant.country, {})
    checked = {
        name: check_number(kinds[name], value) if name in kinds else value
        for name, value in given.items()
    }
    return change_merchant(merchant, at=at, **checked)


def change_dunning(
    merchant: Merchant, days: Sequence[int], action: FinalAction, *, at: datetime
) -> list[str]:
    """On which days after the due date money is asked for again, and what happens then.

    Invoices that are being followed up go on by the new schedule. Raises
    `DunningScheduleMalformed`.
    """
    is_ascending = all(a < b for a, b in pairwise(days))
    if not (1 <= len(days) <= MOST_TRIES and is_ascending and days[0] >= 1):
        raise DunningScheduleMalformed
    if days[-1] > LATEST_DAY:
        raise DunningScheduleMalformed
    return change_merchant(merchant, at=at, dunning_days=list(days), dunning_final_action=action)
