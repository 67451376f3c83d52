from datetime import date
from fractions import Fraction

import pytest
from babel.core import get_global
from babel.numbers import get_territory_currencies
from hypothesis import given
from hypothesis import strategies as st

from portal.billing.money import (
    EXPONENTS,
    MAX_AMOUNT,
    AmountOutOfRange,
    CurrencyMismatch,
    CurrencyUnknown,
    Money,
    QuantityOutOfRange,
    allocate,
    check_amount,
    check_quantity,
    exponent,
    half_up,
)

amounts = st.integers(min_value=-MAX_AMOUNT, max_value=MAX_AMOUNT)
weights = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=20).filter(any)


@pytest.mark.parametrize(
    ("currency", "digits"),
    [
        ("EUR", 2),
        ("JPY", 0),
        ("KWD", 3),
        ("CLF", 4),
        ("MGA", 2),
        ("UGX", 0),
        ("ISK", 0),
        ("HUF", 2),
    ],
)
def test_exponents_are_those_of_the_standard(currency, digits):
    assert exponent(currency) == digits


@pytest.mark.parametrize("currency", ["eur", "DEM", "HRK", "XXX", "", "EURO"])
def test_a_currency_that_is_not_in_use_is_refused(currency):
    with pytest.raises(CurrencyUnknown):
        exponent(currency)


def test_every_currency_that_pays_somewhere_is_in_the_table():
    """CLDR as the second source; Bulgaria has paid in euros since 2026."""
    day = date(2026, 6, 1)
    in_use = {
        currency
        for territory in get_global("territory_currencies")
        for currency in get_territory_currencies(territory, day, day)
    }
    assert in_use - {"BGN"} <= set(EXPONENTS)


def test_codes_are_three_capitals():
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in EXPONENTS)


@pytest.mark.parametrize("amount", [0, 1, 99_999_999_999_999])
def test_amounts_within_the_limits_pass(amount):
    assert check_amount(amount) == amount


@pytest.mark.parametrize("amount", [-1, 100_000_000_000_000])
def test_amounts_beyond_the_limits_are_refused(amount):
    with pytest.raises(AmountOutOfRange):
        check_amount(amount)


@pytest.mark.parametrize("quantity", [0, -1, 1_000_000])
def test_quantities_beyond_the_limits_are_refused(quantity):
    with pytest.raises(QuantityOutOfRange):
        check_quantity(quantity)


@pytest.mark.parametrize("quantity", [1, 999_999])
def test_quantities_within_the_limits_pass(quantity):
    assert check_quantity(quantity) == quantity


@pytest.mark.parametrize("number", [1.0, True, "1", None])
def test_only_whole_numbers_are_amounts(number):
    with pytest.raises(TypeError):
        Money(number, "EUR")
    with pytest.raises(TypeError):
        check_amount(number)


def test_money_adds_and_subtracts_in_one_currency():
    assert Money(1999, "EUR") + Money(1, "EUR") == Money(2000, "EUR")
    assert Money(1999, "EUR") - Money(2000, "EUR") == Money(-1, "EUR")
    assert -Money(5, "EUR") == Money(-5, "EUR")
    assert Money(5, "EUR") * 3 == 3 * Money(5, "EUR") == Money(15, "EUR")
    assert Money(4, "EUR") < Money(5, "EUR") <= Money(5, "EUR")
    assert not Money(0, "EUR")


@pytest.mark.parametrize("meet", [Money.__add__, Money.__sub__, Money.__lt__, Money.__le__])
def test_two_currencies_never_meet(meet):
    with pytest.raises(CurrencyMismatch):
        meet(Money(1, "EUR"), Money(1, "JPY"))


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        (Fraction(1, 2), 1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(-1, 2), -1),
        (Fraction(49, 100), 0),
        (Fraction(-49, 100), 0),
        (Fraction(51, 100), 1),
        (Fraction(7), 7),
        (Fraction(0), 0),
    ],
)
def test_a_half_goes_away_from_zero(exact, rounded):
    assert half_up(exact) == rounded


@given(amounts, st.integers(min_value=1, max_value=10**6))
def test_rounding_is_never_more_than_half_a_unit_off(numerator, denominator):
    exact = Fraction(numerator, denominator)
    assert abs(half_up(exact) - exact) <= Fraction(1, 2)
    assert half_up(-exact) == -half_up(exact)


def test_a_share_is_rounded_half_up():
    assert Money(1999, "EUR").share(Fraction(1, 2)) == Money(1000, "EUR")
    assert Money(-1999, "EUR").share(Fraction(1, 2)) == Money(-1000, "EUR")


@pytest.mark.parametrize(
    ("amount", "by", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [0, 1, 0], [0, 5, 0]),
        (1, [1, 2], [0, 1]),
        (0, [1, 2], [0, 0]),
        (2, [1, 1, 1, 1], [1, 1, 0, 0]),
    ],
)
def test_what_is_left_over_goes_to_those_that_lost_most(amount, by, parts):
    assert allocate(amount, by) == parts


@given(amounts, weights)
def test_parts_always_sum_to_the_whole_and_stay_within_one_unit(amount, by):
    parts = allocate(amount, by)

    assert sum(parts) == amount
    for part, weight in zip(parts, by, strict=True):
        assert abs(part - Fraction(amount * weight, sum(by))) < 1


@given(amounts, weights)
def test_money_is_allocated_like_its_amount(amount, by):
    parts = Money(amount, "KWD").allocate(by)
    assert [part.amount for part in parts] == allocate(amount, by)
    assert {part.currency for part in parts} == {"KWD"}


@pytest.mark.parametrize("by", [[], [0], [0, 0], [1, -1], [-1]])
def test_weights_that_divide_nothing_are_a_mistake(by):
    with pytest.raises(ValueError, match="weight"):
        allocate(100, by)
