"""What stands on the statement of a bank or card, so that a payer knows what it was for.

The card networks decide what it may say: 5 to 22 Latin characters, at least one letter,
and none of < > \\ " ' *.
"""

import unicodedata

from portal.billing.errors import BillingError

SHORTEST, LONGEST = 5, 22
FORBIDDEN = frozenset("<>\\\"'*")


class StatementDescriptorMalformed(BillingError):
    """Too short, too long, without a letter, or with a character that statements refuse."""

    code = "statement_descriptor_malformed"


def check_statement_descriptor(text: str) -> str:
    """The text itself; "" says nothing of its own. Raises StatementDescriptorMalformed."""
    if not text:
        return text
    is_well = (
        SHORTEST <= len(text) <= LONGEST
        and not FORBIDDEN & set(text)
        and all(_is_latin(character) for character in text)
        and any(character.isalpha() for character in text)
    )
    if not is_well:
        raise StatementDescriptorMalformed(text)
    return text


def _is_latin(character: str) -> bool:
    if character.isascii():
        return character.isprintable()
    return unicodedata.name(character, "").startswith("LATIN ") and character.isalpha()
