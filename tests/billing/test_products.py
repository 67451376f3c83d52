"""The catalogue: what a product and a price may be, and what never changes."""

import pytest

from portal.billing.errors import LookupKeyTaken, ProductInUse, ProductNeedsPrice
from portal.billing.events import Event
from portal.billing.money import AmountOutOfRange, CurrencyUnknown
from portal.billing.periods import IntervalCountOutOfRange
from portal.billing.pricing import LastTierNotOpen, PackageSizeOutOfRange, TiersMissing
from portal.billing.products import Price, Product
from portal.billing.statement_descriptors import StatementDescriptorMalformed
from tests.factories import NOW, a_merchant, a_price, a_product, a_subscription

pytestmark = pytest.mark.usefixtures("db")
MONTHLY = {"unit_amount": 1900, "currency": "EUR", "interval": "month"}


def publish(**given) -> Product:
    prices = given.pop("prices", [MONTHLY])
    return Product.publish(a_merchant(), prices, at=NOW, **{"name": "Newsletter"} | given)


def test_a_product_comes_with_its_prices():
    product = publish(prices=[MONTHLY, MONTHLY | {"interval": "year", "unit_amount": 19000}])
    assert sorted(price.unit_amount for price in product.prices) == [1900, 19000]


def test_a_product_without_a_price_is_refused():
    with pytest.raises(ProductNeedsPrice):
        publish(prices=[])
    assert not Product.select().exists()


def test_a_wrong_price_leaves_no_product_behind():
    with pytest.raises(IntervalCountOutOfRange):
        publish(prices=[MONTHLY | {"interval_count": 37}])
    assert not Product.select().exists()


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"unit_amount": 100_000_000_000_000}, AmountOutOfRange),
        ({"unit_amount": -1}, AmountOutOfRange),
        ({"currency": "XXX"}, CurrencyUnknown),
        ({"model": "package", "package_size": 0}, PackageSizeOutOfRange),
        ({"model": "graduated"}, TiersMissing),
        ({"model": "volume", "tiers_data": [{"up_to": 5, "unit_amount": 1}]}, LastTierNotOpen),
        ({"interval": "day", "interval_count": 1096}, IntervalCountOutOfRange),
        ({"interval": "week", "interval_count": 157}, IntervalCountOutOfRange),
        ({"interval": "year", "interval_count": 4}, IntervalCountOutOfRange),
    ],
)
def test_a_price_that_cannot_be_is_refused(wrong, refusal):
    product = a_product()
    with pytest.raises(refusal):
        product.add_price(at=NOW, **MONTHLY | wrong)
    assert not product.prices.exists()


@pytest.mark.parametrize("most", [("day", 1095), ("week", 156), ("month", 36), ("year", 3)])
def test_a_period_may_be_three_years_long(most):
    interval, count = most
    price = a_product().add_price(
        at=NOW, **MONTHLY | {"interval": interval, "interval_count": count}
    )
    assert price.interval_count == count


def test_a_lookup_key_is_used_once_by_a_merchant():
    product = a_product()
    product.add_price(at=NOW, **MONTHLY, lookup_key="basic")
    with pytest.raises(LookupKeyTaken):
        product.add_price(at=NOW, **MONTHLY, lookup_key="basic")
    a_product().add_price(at=NOW, **MONTHLY, lookup_key="basic")


def test_prices_without_a_lookup_key_do_not_get_into_each_others_way():
    product = a_product()
    for _ in range(2):
        product.add_price(at=NOW, **MONTHLY, lookup_key="")
    assert product.prices.count() == 2


def test_a_statement_descriptor_is_checked_on_the_way_in_and_later():
    with pytest.raises(StatementDescriptorMalformed):
        publish(statement_descriptor="A*B*C")
    product = publish(statement_descriptor="LINDENHOF")
    with pytest.raises(StatementDescriptorMalformed):
        product.change(statement_descriptor="123", at=NOW)
    assert product.reload().statement_descriptor == "LINDENHOF"


def test_a_product_with_prices_is_archived_and_not_deleted():
    product = publish()
    with pytest.raises(ProductInUse):
        product.delete_unused(at=NOW)
    product.archive(at=NOW)
    assert product.reload().is_archived
    assert Product.offered(product.merchant).count() == 0


def test_a_product_without_prices_can_be_deleted():
    product = a_product()
    product.delete_unused(at=NOW)
    assert not Product.select().where(Product.id == product.id).exists()


def test_archiving_leaves_running_subscriptions_alone():
    subscription = a_subscription()
    subscription.item.price.product.archive(at=NOW)
    assert subscription.reload().status == "active"


def test_the_last_price_cannot_be_archived():
    price = a_price()
    with pytest.raises(ProductNeedsPrice):
        price.archive(at=NOW)
    a_price(product=price.product)
    price.archive(at=NOW)
    assert Price.get_by_id(price.id).is_archived


def test_what_happens_to_a_product_is_on_record():
    product = publish()
    product.change(name="Letter", at=NOW)
    product.archive(at=NOW)
    product.unarchive(at=NOW)
    types = [event.type for event in Event.select().where(Event.object_id == product.id)]
    assert types == [
        "product.created",
        "product.updated",
        "product.archived",
        "product.unarchived",
    ]
