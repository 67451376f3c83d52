"""What a price reads like to the person who is to pay it."""

from flask_babel import gettext, ngettext

from portal import formatting
from portal.billing.pricing import TIERED, PriceModel
from portal.billing.products import Price
from portal.billing.tax import TaxBehavior
from portal.web.labels import per_interval
from portal.web.locale import language
from portal.web.zone import charges_vat


def price_words(price: Price, unit_label: str = "") -> str:
    """ "€19.00 per month, incl. VAT", "from €5.00 per seat per month, plus VAT"."""
    words = amount_words(price, unit_label)
    if not charges_vat():
        return words
    if price.tax_behavior == TaxBehavior.INCLUSIVE:
        return gettext("%(price)s, incl. VAT", price=words)
    return gettext("%(price)s, plus VAT", price=words)


def amount_words(price: Price, unit_label: str = "") -> str:
    """The same without a word about tax: for tables."""
    if price.model in TIERED:
        amount = formatting.money(price.amount(1).amount, price.currency, language())
        return gettext("from %(amount)s", amount=per_interval(amount, price))
    amount = formatting.money(price.unit_amount, price.currency, language())
    if price.model == PriceModel.PACKAGE:
        amount = _per_package(amount, price.package_size)
    elif unit_label:
        amount = gettext("%(amount)s per %(unit)s", amount=amount, unit=unit_label)
    return per_interval(amount, price)


def unit_words(price: Price, unit_label: str) -> str:
    """What one of several units costs, also where the product has no name for them."""
    if unit_label or price.model != PriceModel.FLAT:
        return amount_words(price, unit_label)
    amount = formatting.money(price.unit_amount, price.currency, language())
    return per_interval(_per_package(amount, 1), price)


def _per_package(amount: str, size: int) -> str:
    return ngettext("%(amount)s per unit", "%(amount)s per %(num)s units", size, amount=amount)
