"""Amounts as EN 16931 writes them: decimal points, no exponents, no more digits than needed."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from portal.billing.money import exponent, half_up
from portal.documents.data import Line

MOST_PLACES = 10


def decimal_of(amount: int, currency: str) -> str:
    """Minor units as a plain decimal: 123450 → "1234.50"."""
    return f"{Decimal(amount).scaleb(-exponent(currency)):f}"


def unit_price(net: int, quantity: int, currency: str) -> str:
    """The net price (BT-146) that, times the quantity, rounds to `net` to the cent.

    With as few decimals as that takes: PEPPOL-EN16931-R120 multiplies it again.
    """
    places = exponent(currency)
    cent = Decimal(1).scaleb(-places)
    whole = Decimal(net).scaleb(-places)
    for shown in range(places, MOST_PLACES + 1):
        price = (whole / quantity).quantize(Decimal(1).scaleb(-shown), ROUND_HALF_UP)
        if (price * quantity).quantize(cent, ROUND_HALF_UP) == whole:
            break
    return f"{price:f}"


def net_discount(line: Line) -> int:
    """What the discount takes off the net amount, so that line and discount agree exactly.

    A discount on a price with tax contains tax: what the line would be without it, less
    what it is. Credits (negative lines) and fractions of a cent have none of their own.
    """
    if line.discount_amount <= 0 or line.amount < 0:
        return 0
    before = line.amount
    if line.includes_tax:
        before = half_up(before * 100 / (100 + Fraction(line.tax_rate)))
    return max(0, before - line.net)
