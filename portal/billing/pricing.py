"""What a quantity costs: flat, by the package, or in graduated or volume tiers.

All amounts are minor units of the price's currency; nothing here rounds money,
because every model multiplies whole numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from portal.billing.errors import BillingError
from portal.billing.money import MAX_QUANTITY, check_amount, check_quantity


class PriceModel(StrEnum):
    """FLAT: so much a unit. PACKAGE: so much a begun package. GRADUATED: each unit at the price
    of its tier. VOLUME: all units at the price of the tier that the last one is in.
    """

    FLAT = "flat"
    PACKAGE = "package"
    GRADUATED = "graduated"
    VOLUME = "volume"


TIERED = frozenset({PriceModel.GRADUATED, PriceModel.VOLUME})


class UnitAmountMissing(BillingError):
    """A flat or package price says no amount."""

    code = "unit_amount_missing"


class PackageSizeOutOfRange(BillingError):
    """A package price says no size, or one that no quantity can fill."""

    code = "package_size_out_of_range"


class TiersMissing(BillingError):
    """A graduated or volume price has no tier."""

    code = "tiers_missing"


class TiersNotAscending(BillingError):
    """A tier does not end above the one before it, or an open tier is not the last."""

    code = "tiers_not_ascending"


class LastTierNotOpen(BillingError):
    """The last tier ends somewhere, so that larger quantities have no price."""

    code = "last_tier_not_open"


@dataclass(frozen=True, slots=True)
class Tier:
    """Units up to and including `up_to` (None: no end), at `unit_amount` each.

    `flat_amount` is added once when the tier is reached.
    """

    up_to: int | None
    unit_amount: int
    flat_amount: int = 0


def amount_for(
    model: PriceModel,
    quantity: int,
    unit_amount: int | None = None,
    package_size: int | None = None,
    tiers: Sequence[Tier] = (),
) -> int:
    """What `quantity` units cost before tax, in minor units.

    Packages are rounded up. Graduated: each unit costs what its own tier says.
    Volume: all units cost what the tier of the whole quantity says. Raises
    QuantityOutOfRange, AmountOutOfRange, and what check_pricing raises.
    """
    check_quantity(quantity)
    check_pricing(model, unit_amount, package_size, tiers)
    match model:
        case PriceModel.FLAT:
            amount = quantity * (unit_amount or 0)
        case PriceModel.PACKAGE:
            amount = -(-quantity // (package_size or 1)) * (unit_amount or 0)
        case PriceModel.GRADUATED:
            amount = _graduated(quantity, tiers)
        case PriceModel.VOLUME:
            amount = _volume(quantity, tiers)
    return check_amount(amount)


def check_pricing(
    model: PriceModel,
    unit_amount: int | None = None,
    package_size: int | None = None,
    tiers: Sequence[Tier] = (),
) -> None:
    """Whether these parts make a price of that model; the wrong part's refusal if not.

    Raises UnitAmountMissing, AmountOutOfRange, PackageSizeOutOfRange,
    TiersMissing, TiersNotAscending, LastTierNotOpen.
    """
    if model in TIERED:
        _check_tiers(tiers)
        return
    if unit_amount is None:
        raise UnitAmountMissing
    check_amount(unit_amount)
    if model == PriceModel.PACKAGE and not 1 <= (package_size or 0) <= MAX_QUANTITY:
        raise PackageSizeOutOfRange(package_size=package_size, maximum=MAX_QUANTITY)


def _check_tiers(tiers: Sequence[Tier]) -> None:
    if not tiers:
        raise TiersMissing
    for tier in tiers:
        check_amount(tier.unit_amount)
        check_amount(tier.flat_amount)

    ends = [0, *(tier.up_to for tier in tiers[:-1])]
    if tiers[-1].up_to is not None:
        ends.append(tiers[-1].up_to)
    if any(low is None or high is None or low >= high for low, high in pairwise(ends)):
        raise TiersNotAscending
    if tiers[-1].up_to is not None:
        raise LastTierNotOpen


def _graduated(quantity: int, tiers: Sequence[Tier]) -> int:
    amount, below = 0, 0
    for tier in tiers:
        last = quantity if tier.up_to is None else min(quantity, tier.up_to)
        if last > below:
            amount += (last - below) * tier.unit_amount + tier.flat_amount
            below = last
    return amount


def _volume(quantity: int, tiers: Sequence[Tier]) -> int:
    tier = next(tier for tier in tiers if tier.up_to is None or quantity <= tier.up_to)
    return quantity * tier.unit_amount + tier.flat_amount
