"""Card numbers typed where none belong: they are never stored (PCI DSS 3.3)."""

import re
import unicodedata
from itertools import accumulate

FEWEST_DIGITS, MOST_DIGITS = 13, 19  # ISO/IEC 7812-1
MOST_PHONE_DIGITS = 15  # E.164
_RUN = re.compile(r"\+?\d+(?:[\s./_-]{1,2}\d+)*")


def contains_card_number(text: str) -> bool:
    """Whether some 13 to 19 digits in `text` pass the check that card numbers pass.

    Digits may be grouped by spaces, dashes, dots or slashes. Phone numbers with their
    country's code, and numbers that begin with 0, are none.
    """
    for found in _RUN.finditer(unicodedata.normalize("NFKC", text)):
        run = found[0]
        groups = re.findall(r"\d+", run)
        if run.startswith("+") and sum(map(len, groups)) <= MOST_PHONE_DIGITS:
            continue
        if any(_is_card_number(digits) for digits in _joined(groups)):
            return True
    return False


def _joined(groups: list[str]) -> list[str]:
    """Neighbouring groups put together, of every length that a card number may have."""
    return [
        digits
        for start in range(len(groups))
        for digits in accumulate(groups[start : start + MOST_DIGITS])
        if FEWEST_DIGITS <= len(digits) <= MOST_DIGITS
    ]


def _is_card_number(digits: str) -> bool:
    """The formula of Luhn: every second digit from the right counts twice."""
    if digits.startswith("0"):
        return False
    values = [int(digit) for digit in reversed(digits)]
    doubled = sum(sum(divmod(2 * value, 10)) for value in values[1::2])
    return (sum(values[::2]) + doubled) % 10 == 0
