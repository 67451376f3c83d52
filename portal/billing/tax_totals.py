"""What an invoice says of its VAT."""

from collections.abc import Sequence
from typing import Any


def taxes_by_rate(lines: Sequence[Any]) -> list[tuple[int, int, int]]:
    """(rate, net, tax) for each VAT rate, the highest first (Art. 226 no. 8 VAT Directive)."""
    sums: dict[int, tuple[int, int]] = {}
    for line in lines:
        net, tax = sums.get(line.tax_rate, (0, 0))
        sums[line.tax_rate] = (net + line.net, tax + line.tax)
    return [(rate, *sums[rate]) for rate in sorted(sums, reverse=True)]
