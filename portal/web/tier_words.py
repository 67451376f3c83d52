"""Prices in tiers, as sentences: what the first units cost, and what further ones do."""

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from portal import formatting
from portal.billing.pricing import PriceModel, Tier
from portal.billing.products import Price
from portal.web.locale import language


def tier_words(price: Price) -> list[str]:
    """ "Units 1 to 10: €5.00 each", "From unit 11: €4.00 each, plus €20.00"; [] without tiers."""
    return [_sentence(price, first, tier) for first, tier in _beginnings(price.tiers)]


def tier_note(price: Price) -> str:
    """How the tiers of a price are meant."""
    if price.model == PriceModel.VOLUME:
        return gettext("The whole quantity is charged at the price of the tier that it falls into.")
    if price.model == PriceModel.GRADUATED:
        return gettext("Each unit is charged at the price of its own tier.")
    return ""


def _beginnings(tiers: tuple[Tier, ...]) -> Iterator[tuple[int, Tier]]:
    first = 1
    for tier in tiers:
        yield first, tier
        first = (tier.up_to or 0) + 1


def _sentence(price: Price, first: int, tier: Tier) -> str:
    units, amount = _units(first, tier.up_to), _amount(price, tier)
    return gettext("%(units)s: %(amount)s", units=units, amount=amount)


def _units(first: int, last: int | None) -> str:
    number = formatting.number(first, language())
    if last is None:
        return gettext("From unit %(first)s", first=number)
    if last == first:
        return gettext("Unit %(first)s", first=number)
    return gettext(
        "Units %(first)s to %(last)s", first=number, last=formatting.number(last, language())
    )


def _amount(price: Price, tier: Tier) -> str:
    each = formatting.money(tier.unit_amount, price.currency, language())
    flat = formatting.money(tier.flat_amount, price.currency, language())
    if not tier.flat_amount:
        return gettext("%(amount)s each", amount=each)
    if not tier.unit_amount:
        return gettext("%(amount)s in all", amount=flat)
    return gettext("%(amount)s each, plus %(flat)s", amount=each, flat=flat)


def quantity_words(quantity: int, unit_label: str) -> str:
    """ "3 × seat", or the number alone where the product names no unit."""
    number = formatting.number(quantity, language())
    if not unit_label:
        return ngettext("%(number)s unit", "%(number)s units", quantity, number=number)
    return gettext("%(number)s × %(unit)s", number=number, unit=unit_label)
