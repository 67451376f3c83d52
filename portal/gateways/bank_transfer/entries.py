"""What a statement of an account says, whatever file it came in."""

from dataclasses import dataclass
from typing import NamedTuple

from portal.billing.errors import BillingError

MOST_ENTRIES = 5_000
LONGEST = 500


class StatementUnreadable(BillingError):
    """The file is no statement; `code` says why.

    `statement_empty`, `statement_broken`, `statement_unknown`, `statement_too_long`,
    `statement_without_columns` or `statement_not_text`.
    """

    code = "statement_broken"

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class LineUnreadable(Exception):
    """A line that says no date or no amount that can be understood; `args[0]` names which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Money that came (`is_credit`) or went. `amount` in minor units, above zero.

    `line` is the line of a CSV, or the number of the entry in XML; `booked_on` an ISO date.
    """

    line: int
    booked_on: str
    amount: int
    currency: str
    is_credit: bool = True
    name: str = ""
    iban: str = ""
    text: str = ""
    creditor_reference: str = ""
    end_to_end_id: str = ""
    bank_reference: str = ""
    message_id: str = ""
    return_reason: str = ""

    @property
    def is_return(self) -> bool:
        """A direct debit that the bank gave back."""
        return not self.is_credit and bool(self.return_reason)


class Problem(NamedTuple):
    """A line that could not be read: `code` is `date`, `amount`, `currency` or `columns`."""

    line: int
    code: str


class ReadStatement(NamedTuple):
    """What a file held: its kind, whose account, the entries, and the lines that are broken."""

    format: str
    account: str
    entries: list[Entry]
    problems: list[Problem]


def shortened(text: str | None) -> str:
    """One line of characters that can be shown, no longer than we keep."""
    words = " ".join((text or "").split())
    return "".join(letter for letter in words if letter.isprintable())[:LONGEST]
