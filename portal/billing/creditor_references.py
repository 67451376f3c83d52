"""The reference that a bank transfer carries, so that it finds its invoice."""

import re

from stdnum.iso7064 import mod_97_10

LONGEST = 21


def creditor_reference(number: str) -> str:
    """The structured reference (ISO 11649) of an invoice number: `RF` + 2 check digits + it.

    Letters in capitals, anything but letters and digits left out, the last 21 where there
    are more: LIN-000123 → RF67LIN000123. "" where nothing is left.
    """
    kept = re.sub(r"[^A-Z0-9]", "", number.upper())[-LONGEST:]
    if not kept:
        return ""
    return f"RF{mod_97_10.calc_check_digits(f'{kept}RF')}{kept}"
