from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.billing.money import AmountOutOfRange, QuantityOutOfRange
from portal.billing.pricing import (
    LastTierNotOpen,
    PackageSizeOutOfRange,
    PriceModel,
    Tier,
    TiersMissing,
    TiersNotAscending,
    UnitAmountMissing,
    amount_for,
    check_pricing,
)

TIERS = [Tier(5, 700, 1000), Tier(10, 650), Tier(None, 600, 50)]

prices = st.integers(0, 100_000)


@st.composite
def tier_lists(draw):
    ends = sorted(draw(st.sets(st.integers(1, 300), max_size=5)))
    return [Tier(end, draw(prices), draw(prices)) for end in [*ends, None]]


def tier_of(unit: int, tiers: list[Tier]) -> Tier:
    return next(tier for tier in tiers if tier.up_to is None or unit <= tier.up_to)


@given(st.integers(1, 400), tier_lists())
def test_graduated_is_the_sum_of_the_single_units(quantity, tiers):
    """The oracle: take unit after unit off the shelf, and pay at each tier's door."""
    met = [tier_of(unit, tiers) for unit in range(1, quantity + 1)]
    doors = met[0].flat_amount + sum(
        after.flat_amount for before, after in pairwise(met) if before is not after
    )

    assert amount_for(PriceModel.GRADUATED, quantity, tiers=tiers) == (
        sum(tier.unit_amount for tier in met) + doors
    )


@given(st.integers(1, 400), tier_lists())
def test_volume_prices_every_unit_like_the_last(quantity, tiers):
    tier = tier_of(quantity, tiers)
    expected = sum(tier.unit_amount for _ in range(quantity)) + tier.flat_amount
    assert amount_for(PriceModel.VOLUME, quantity, tiers=tiers) == expected


@given(st.integers(1, 400), prices, st.integers(1, 50))
def test_a_package_once_begun_is_paid(quantity, unit_amount, package_size):
    packages, room = 0, 0
    for _ in range(quantity):
        if room == 0:
            packages, room = packages + 1, package_size
        room -= 1

    amount = amount_for(PriceModel.PACKAGE, quantity, unit_amount, package_size)

    assert amount == packages * unit_amount


@given(st.integers(1, 999_999), prices)
def test_flat_is_quantity_times_amount(quantity, unit_amount):
    assert amount_for(PriceModel.FLAT, quantity, unit_amount) == quantity * unit_amount


@pytest.mark.parametrize(
    ("quantity", "graduated", "volume"),
    [
        (1, 1700, 1700),
        (5, 4500, 4500),
        (6, 5150, 3900),
        (10, 7750, 6500),
        (11, 8400, 6650),
    ],
)
def test_the_ends_of_a_tier_belong_to_it(quantity, graduated, volume):
    assert amount_for(PriceModel.GRADUATED, quantity, tiers=TIERS) == graduated
    assert amount_for(PriceModel.VOLUME, quantity, tiers=TIERS) == volume


@pytest.mark.parametrize("model", PriceModel)
@pytest.mark.parametrize("quantity", [0, -1, 1_000_000])
def test_a_quantity_beyond_the_limits_is_refused(model, quantity):
    with pytest.raises(QuantityOutOfRange):
        amount_for(model, quantity, 100, 10, TIERS)


def test_a_sum_beyond_the_limit_is_refused():
    with pytest.raises(AmountOutOfRange):
        amount_for(PriceModel.FLAT, 2, 99_999_999_999_999)


@pytest.mark.parametrize(
    ("tiers", "refusal"),
    [
        ([], TiersMissing),
        ([Tier(5, 1)], LastTierNotOpen),
        ([Tier(5, 1), Tier(10, 1)], LastTierNotOpen),
        ([Tier(5, 1), Tier(5, 1), Tier(None, 1)], TiersNotAscending),
        ([Tier(10, 1), Tier(5, 1), Tier(None, 1)], TiersNotAscending),
        ([Tier(0, 1), Tier(None, 1)], TiersNotAscending),
        ([Tier(-3, 1), Tier(None, 1)], TiersNotAscending),
        ([Tier(None, 1), Tier(None, 1)], TiersNotAscending),
        ([Tier(None, 1), Tier(5, 1)], TiersNotAscending),
        ([Tier(None, -1)], AmountOutOfRange),
        ([Tier(None, 1, -1)], AmountOutOfRange),
    ],
)
@pytest.mark.parametrize("model", [PriceModel.GRADUATED, PriceModel.VOLUME])
def test_tiers_that_leave_a_gap_are_refused(model, tiers, refusal):
    with pytest.raises(refusal):
        check_pricing(model, tiers=tiers)


@pytest.mark.parametrize("model", [PriceModel.FLAT, PriceModel.PACKAGE])
def test_a_price_says_what_it_costs(model):
    with pytest.raises(UnitAmountMissing):
        check_pricing(model, package_size=10)
    with pytest.raises(AmountOutOfRange):
        check_pricing(model, -1, 10)


@pytest.mark.parametrize("size", [None, 0, -1, 1_000_000])
def test_a_package_has_a_size(size):
    with pytest.raises(PackageSizeOutOfRange):
        check_pricing(PriceModel.PACKAGE, 100, size)


def test_a_price_of_nothing_is_allowed():
    assert amount_for(PriceModel.FLAT, 3, 0) == 0
