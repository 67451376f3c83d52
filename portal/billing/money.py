"""Amounts of money: whole numbers of a currency's minor unit, never floats.

The exponents are pinned here (ISO 4217, active currencies) and not taken from
CLDR, whose digits follow shop habits and change from release to release.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from portal.billing.errors import BillingError

MAX_AMOUNT = 99_999_999_999_999
MAX_QUANTITY = 999_999

_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
        "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
        "GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK "
        "LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO "
        "NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS "
        "SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST "
        "XAD XCD XCG YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS = MappingProxyType(
    {code: digits for digits, codes in _BY_EXPONENT.items() for code in codes.split()}
)


class CurrencyUnknown(BillingError):
    """The code is not an active ISO 4217 currency, written in capitals."""

    code = "currency_unknown"


class CurrencyMismatch(BillingError):
    """Two currencies meet in one sum."""

    code = "currency_mismatch"


class AmountOutOfRange(BillingError):
    """The amount is negative or above 99 999 999 999 999 minor units."""

    code = "amount_out_of_range"


class QuantityOutOfRange(BillingError):
    """The quantity is not between 1 and 999 999."""

    code = "quantity_out_of_range"


def exponent(currency: str) -> int:
    """Digits after the decimal point: 2 for EUR, 0 for JPY, 3 for KWD.

    Raises CurrencyUnknown.
    """
    if currency not in EXPONENTS:
        raise CurrencyUnknown(currency=currency)
    return EXPONENTS[currency]


def check_amount(amount: int) -> int:
    """The amount (minor units) itself, or AmountOutOfRange."""
    if not 0 <= _whole(amount) <= MAX_AMOUNT:
        raise AmountOutOfRange(amount=amount, maximum=MAX_AMOUNT)
    return amount


def check_quantity(quantity: int) -> int:
    """The quantity itself, or QuantityOutOfRange."""
    if not 1 <= _whole(quantity) <= MAX_QUANTITY:
        raise QuantityOutOfRange(quantity=quantity, maximum=MAX_QUANTITY)
    return quantity


def half_up(exact: Fraction) -> int:
    """The nearest whole number; a half goes away from zero.

    Away from zero, so that a credit takes back exactly what was charged:
    half_up(-x) == -half_up(x).
    """
    doubled = 2 * abs(exact.numerator) + exact.denominator
    rounded = doubled // (2 * exact.denominator)
    return rounded if exact >= 0 else -rounded


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Split `amount` (minor units) by weight so that the parts sum to it exactly.

    Largest remainder: each part is rounded down, and what is left over goes,
    one unit each, to the parts that lost most; the earlier of two equal ones
    first. A negative amount splits like the positive one, with the sign turned.
    Raises ValueError when a weight is negative, or all are zero.
    """
    if any(_whole(weight) < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    total = sum(weights)
    if total == 0:
        raise ValueError("at least one weight must be positive")

    shares = [divmod(abs(_whole(amount)) * weight, total) for weight in weights]
    parts = [whole for whole, _ in shares]
    left_over = abs(amount) - sum(parts)
    most_lost_first = sorted(range(len(shares)), key=lambda index: -shares[index][1])
    for index in most_lost_first[:left_over]:
        parts[index] += 1
    return parts if amount >= 0 else [-part for part in parts]


def _whole(number: int) -> int:
    """The number itself; anything but an int is a mistake of ours, not of the user."""
    if type(number) is not int:
        raise TypeError(f"a whole number is needed, not {number!r}")
    return number


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's minor unit: Money(1999, "EUR") is €19.99.

    May be negative (credits). Raises CurrencyUnknown, CurrencyMismatch.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        _whole(self.amount)
        exponent(self.currency)

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.amount * _whole(times), self.currency)

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return self.amount != 0

    def __lt__(self, other: "Money") -> bool:
        self._same_currency(other)
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        self._same_currency(other)
        return self.amount <= other.amount

    def share(self, share: Fraction) -> "Money":
        """The part that a fraction stands for, half up (see half_up)."""
        return Money(half_up(self.amount * share), self.currency)

    def allocate(self, weights: Sequence[int]) -> list["Money"]:
        """Parts by weight that sum to this amount (see allocate)."""
        return [Money(part, self.currency) for part in allocate(self.amount, weights)]

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(one=self.currency, other=other.currency)
