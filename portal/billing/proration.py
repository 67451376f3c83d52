"""Parts of a period's price: what was used, what is left, to the second and to the cent."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from portal.billing.money import allocate
from portal.billing.periods import MICROSECOND, Period


class Proration(StrEnum):
    """What a change in the middle of a period does about the rest of it."""

    NONE = "none"
    NEXT_INVOICE = "create_prorations"
    INVOICE_NOW = "always_invoice"


class Split(NamedTuple):
    """Minor units; `used` + `unused` is the whole amount, always."""

    used: int
    unused: int


def split(amount: int, period: Period, at: datetime) -> Split:
    """An amount of a period, told apart at a moment by largest remainder.

    Time is counted in microseconds, the finest that is kept, so that the second is exact
    and days of 23 or 25 hours weigh what they are. Before the period nothing is used, from
    its end on everything is; of a period without length nothing is left. A credit splits
    like the charge that it mirrors.
    """
    end = max(period.end, period.start)
    moment = min(max(at, period.start), end)
    used, unused = (moment - period.start) // MICROSECOND, (end - moment) // MICROSECOND
    if not used + unused:
        return Split(amount, 0)
    return Split(*allocate(amount, [used, unused]))
