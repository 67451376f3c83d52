"""Finding the invoice that a transfer is for: by its reference, else by a number in its text."""

import re
from collections.abc import Iterable

from stdnum import iso11649

from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import NUMBER_DIGITS, Merchant

RF = re.compile(r"RF\d\d[A-Z0-9]{1,21}")
LONGEST_RF, SHORTEST_RF = 25, 5
ISSUED = (InvoiceStatus.OPEN, InvoiceStatus.PAID, InvoiceStatus.VOID, InvoiceStatus.UNCOLLECTIBLE)


class InvoiceFinder:
    """The invoices of one merchant, looked up by what people write. Numbers of open ones are
    read once; others are asked for one at a time."""

    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant
        numbers = Invoice.select(Invoice.number).where(
            (Invoice.merchant == merchant) & (Invoice.status == InvoiceStatus.OPEN)
        )
        open_numbers = [number for (number,) in numbers.tuples()]
        self._open = {plain(number): number for number in open_numbers}
        prefixes = {number.rpartition("-")[0] for number in open_numbers}
        self._prefixes = sorted(prefixes | {merchant.invoice_prefix}, key=len, reverse=True)

    def by_reference(self, *texts: str) -> Invoice | None:
        """By a structured reference (ISO 11649), wherever it stands."""
        for text in texts:
            for found in RF.finditer(plain(text)):
                for body in _bodies(found.group()):
                    if invoice := self._of_plain(body):
                        return invoice
        return None

    def by_number(self, text: str) -> list[Invoice]:
        """All invoices whose number stands in the text, however it is spaced."""
        numbers: dict[str, None] = {}
        for prefix in self._prefixes:
            letters = r"[\W_]*".join(map(re.escape, plain(prefix)))
            pattern = rf"(?<![A-Z0-9]){letters}[\W_]*0*(\d{{1,12}})(?!\d)"
            for digits in re.findall(pattern, text.upper()):
                numbers[f"{prefix}-{int(digits):0{NUMBER_DIGITS}d}"] = None
        return self._with_numbers(numbers)

    def by_typed(self, text: str) -> Invoice | None:
        """The one that a member of the team names by its number."""
        typed = text.strip()
        return next(iter(self._with_numbers([typed, typed.upper()])), None) or self._of_plain(
            plain(typed)
        )

    def _of_plain(self, body: str) -> Invoice | None:
        numbers = [self._open[body]] if body in self._open else []
        for prefix in self._prefixes:
            rest = body.removeprefix(plain(prefix))
            if rest != body and rest.isdigit():
                numbers.append(f"{prefix}-{rest}")
        return next(iter(self._with_numbers(numbers)), None)

    def _with_numbers(self, numbers: Iterable[str]) -> list[Invoice]:
        wanted = list(numbers)
        if not wanted:
            return []
        return list(
            Invoice.select().where(
                (Invoice.merchant == self._merchant)
                & Invoice.number.in_(wanted)
                & Invoice.status.in_(ISSUED)
            )
        )


def plain(text: str) -> str:
    """Letters and digits only, in capitals: what references are made of."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def _bodies(found: str) -> list[str]:
    """What follows RF and its check digits, for every length whose digits are right.

    Other words may follow without a space, since spaces mean nothing in a reference.
    """
    lengths = range(min(len(found), LONGEST_RF), SHORTEST_RF - 1, -1)
    return [found[4:length] for length in lengths if iso11649.is_valid(found[:length])]
