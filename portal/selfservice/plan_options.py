"""What a customer may subscribe or switch to, and by which rules, per configuration."""

from collections.abc import Iterable
from typing import NamedTuple

from peewee import ModelSelect

from portal.billing.coupons import PromotionCode
from portal.billing.customers import Customer
from portal.billing.errors import BillingError
from portal.billing.money import MAX_QUANTITY
from portal.billing.plan_comparison import length
from portal.billing.plan_errors import PauseTooLong, QuantityNotOffered
from portal.billing.plan_quotes import Timing, Wanted
from portal.billing.products import Price, Product
from portal.billing.resubscribing import require_ended
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscriptions import Subscription
from portal.selfservice.configurations import DowngradeTiming, NotOffered, PortalConfiguration

TIMINGS = {
    DowngradeTiming.AT_ONCE: Timing.AT_ONCE,
    DowngradeTiming.AT_PERIOD_END: Timing.DOWNGRADES_AT_PERIOD_END,
}


class Offer(NamedTuple):
    """A product with the prices that can be chosen, the shortest interval first."""

    product: Product
    prices: list[Price]


class Limits(NamedTuple):
    least: int
    most: int


def plan_offers(item: SubscriptionItem, configuration: PortalConfiguration) -> list[Offer]:
    """What can be switched to, in the subscription's currency; what one has comes first.

    One's own price is always among it, also where it is sold no longer.
    """
    prices: list[Price] = []
    if configuration.allows_plan_change:
        listed = (configuration.plan_products, configuration.plan_prices)
        prices = list(_usable(item.merchant_id, item.subscription.currency, *listed))
    own = item.price
    others = [price for price in prices if price.id != own.id]
    return _by_product([own, *others], first=own.product_id)


def subscribe_offers(customer: Customer, configuration: PortalConfiguration) -> list[Offer]:
    """What a customer can begin alone, in their currency if they have one."""
    if not configuration.allows_subscribing:
        return []
    products = configuration.subscribe_products
    return _by_product(_usable(customer.merchant_id, customer.currency, products, []))


def subscribed_products(customer: Customer) -> set[str]:
    """The ids of the products that a customer has already: none can be begun alone again."""
    products = (
        Price.select(Price.product)
        .join(SubscriptionItem)
        .join(Subscription)
        .where((Subscription.customer == customer) & Subscription.status.in_(Subscription.LIVE))
    )
    return {product_id for (product_id,) in products.tuples()}


def wanted(
    item: SubscriptionItem,
    configuration: PortalConfiguration,
    price: Price,
    quantity: int,
    promotion_code: PromotionCode | None = None,
) -> Wanted:
    """What the customer wants, by the merchant's rules.

    Raises `NotOffered` for what the configuration does not allow, `QuantityNotOffered`.
    """
    if price.id != item.price_id:
        configuration.require("allows_plan_change")
        if not is_listed(configuration, price):
            raise NotOffered("plan_prices")
    if quantity != item.quantity:
        configuration.require("allows_quantity")
    if configuration.allows_quantity:
        least, most = limits_of(configuration, price.product_id)
        is_kept = price.product_id == item.price.product_id and quantity == item.quantity
        if not (is_kept or least <= quantity <= most):
            raise QuantityNotOffered(least=least, most=most)
    if promotion_code:
        configuration.require("allows_promotion_codes")
    return Wanted(
        price,
        quantity,
        proration=configuration.proration,
        timing=TIMINGS[configuration.downgrades],
        ends_trial=configuration.ends_trial_on_change,
        promotion_code=promotion_code,
    )


def is_listed(configuration: PortalConfiguration, price: Price) -> bool:
    """Also a price that was added after its product was listed."""
    in_products = price.product_id in configuration.plan_products
    return in_products or price.id in configuration.plan_prices


def limits_of(configuration: PortalConfiguration, product_id: str) -> Limits:
    least, most = configuration.quantity_limits.get(product_id) or (1, MAX_QUANTITY)
    return Limits(least, most)


def require_subscribable(configuration: PortalConfiguration, price: Price, quantity: int) -> None:
    """Whether a customer may begin this alone. Raises `NotOffered`, `QuantityNotOffered`."""
    configuration.require("allows_subscribing")
    if price.product_id not in configuration.subscribe_products:
        raise NotOffered("subscribe_products")
    least, most = limits_of(configuration, price.product_id)
    if not configuration.allows_quantity:
        most = least
    if not least <= quantity <= most:
        raise QuantityNotOffered(least=least, most=most)


def may_begin_again(item: SubscriptionItem, configuration: PortalConfiguration) -> bool:
    """Whether an ended subscription can be taken up again, at its own price."""
    try:
        configuration.require("allows_resubscription")
        require_ended(item.subscription)
        item.price.require_usable_for_subscription()
    except BillingError:
        return False
    return True


def require_pause(configuration: PortalConfiguration, months: int) -> None:
    """Raises `NotOffered`, and `PauseTooLong` for a duration that is not offered."""
    configuration.require("allows_pause")
    if months not in configuration.pause_months:
        raise PauseTooLong


def require_choice(configuration: PortalConfiguration) -> None:
    """Raises `NotOffered` unless customers may change anything about a plan."""
    if not has_choice(configuration):
        raise NotOffered("allows_plan_change")


def has_choice(configuration: PortalConfiguration) -> bool:
    return bool(configuration.allows_plan_change or configuration.allows_quantity)


def _usable(
    merchant_id: str, currency: str | None, products: list[str], prices: list[str]
) -> ModelSelect:
    listed = Price.product.in_(products) | Price.id.in_(prices)
    query = (
        Price.select(Price, Product)
        .join(Product)
        .where(
            (Price.merchant == merchant_id)
            & Price.interval.is_null(False)
            & Price.archived_at.is_null()
            & Product.archived_at.is_null()
            & listed
        )
        .order_by(Product.name, Product.id, Price.id)
    )
    return query.where(Price.currency == currency) if currency else query


def _by_product(prices: Iterable[Price], first: str = "") -> list[Offer]:
    """Cards by product; each with its prices from the shortest interval to the longest."""
    offers: dict[str, Offer] = {}
    for price in prices:
        offers.setdefault(price.product_id, Offer(price.product, [])).prices.append(price)
    for offer in offers.values():
        offer.prices.sort(key=lambda price: (length(price), price.unit_amount, price.id))
    return sorted(offers.values(), key=lambda offer: offer.product.id != first)
