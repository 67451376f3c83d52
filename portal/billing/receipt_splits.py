"""How much of a payment was received at which rate of VAT: arithmetic, and nothing stored."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Rate(NamedTuple):
    """A rate in hundredths of a percent (1900 is 19 %), and why: a category of EN 16931."""

    percent: int
    category: str


class Taxed(NamedTuple):
    """Minor units; `gross` is what was paid."""

    net: int = 0
    tax: int = 0

    @property
    def gross(self) -> int:
        return self.net + self.tax

    def plus(self, other: "Taxed") -> "Taxed":
        return Taxed(self.net + other.net, self.tax + other.tax)

    def minus(self, other: "Taxed") -> "Taxed":
        return Taxed(self.net - other.net, self.tax - other.tax)


NOTHING = Taxed()
Sums = Mapping[Rate, Taxed]


def split(amount: int, sums: Sums) -> dict[Rate, Taxed]:
    """`amount` minor units, divided among the rates as the gross amounts of a document are.

    By largest remainder, so that the parts come to the amount exactly, and within a rate again
    for net and VAT: what pays all of a document has the document's own sums. A negative amount
    splits like the positive one. A rate whose lines come to less than nothing (what is left of
    a former plan is taken off at the former rate) has a part of the other sign. The gross
    amounts must not come to nothing in all.
    """
    gross = shares(amount, [taxed.gross for taxed in sums.values()])
    return {
        rate: _with_tax(part, taxed)
        for part, (rate, taxed) in zip(gross, sums.items(), strict=True)
    }


def less(sums: Sums, taken_off: Iterable[Sums]) -> dict[Rate, Taxed]:
    """What is left at each rate after these were taken off."""
    left = dict(sums)
    for each in taken_off:
        for rate, taxed in each.items():
            left[rate] = left.get(rate, NOTHING).minus(taxed)
    return left


def gross_of(sums: Sums) -> int:
    return sum(taxed.gross for taxed in sums.values())


def shares(amount: int, weights: Sequence[int]) -> list[int]:
    """As `money.allocate`, for weights of which some are negative. Their sum is not 0."""
    total = sum(weights)
    if total < 0:
        return shares(amount, [-weight for weight in weights])
    if amount < 0:
        return [-part for part in shares(-amount, weights)]
    divided = [divmod(amount * weight, total) for weight in weights]
    parts = [whole for whole, _ in divided]
    left_over = amount - sum(parts)
    most_lost_first = sorted(range(len(parts)), key=lambda index: -divided[index][1])
    for index in most_lost_first[:left_over]:
        parts[index] += 1
    return parts


def _with_tax(gross: int, taxed: Taxed) -> Taxed:
    if not taxed.gross:
        return NOTHING
    return Taxed(*shares(gross, taxed))
