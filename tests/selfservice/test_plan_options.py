"""What customers may switch to is what the merchant lists, and nothing else."""

import pytest

from portal.billing.plan_errors import PauseTooLong, QuantityNotOffered
from portal.billing.plan_quotes import Timing
from portal.billing.proration import Proration
from portal.record import now
from portal.selfservice import plan_options
from portal.selfservice.configurations import NotOffered, PortalConfiguration
from portal.selfservice.plan_options import plan_offers, subscribe_offers, wanted
from tests.factories import a_merchant, a_price, a_product, a_subscription

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def item():
    return a_subscription().item


@pytest.fixture
def configuration(item):
    return PortalConfiguration.default_of(item.merchant)


@pytest.fixture
def pro(item):
    return a_product(merchant=item.merchant, name="Pro")


def prices(offers):
    return [price.id for offer in offers for price in offer.prices]


def allow(configuration, **given):
    configuration.change(at=now(), **given)


def test_ones_own_plan_is_always_there_and_first(item, configuration, pro):
    monthly = a_price(product=pro)
    allow(configuration, allows_plan_change=True, plan_products=[pro.id])
    assert prices(plan_offers(item, configuration)) == [item.price_id, monthly.id]


def test_new_prices_of_a_listed_product_join_by_themselves(item, configuration, pro):
    allow(configuration, allows_plan_change=True, plan_products=[pro.id])
    yearly = a_price(product=pro, interval="year", unit_amount=100)
    monthly = a_price(product=pro)
    assert prices(plan_offers(item, configuration))[1:] == [monthly.id, yearly.id]
    assert wanted(item, configuration, yearly, 1).price == yearly


def test_a_single_price_can_be_listed_without_the_others(item, configuration, pro):
    one, other = a_price(product=pro), a_price(product=pro)
    allow(configuration, allows_plan_change=True, plan_prices=[one.id])
    assert prices(plan_offers(item, configuration))[1:] == [one.id]
    with pytest.raises(NotOffered):
        wanted(item, configuration, other, 1)


def test_what_cannot_be_used_is_not_offered(item, configuration, pro):
    a_price(product=pro, archived_at=now())
    a_price(product=pro, interval=None)
    a_price(product=pro, currency="USD")
    gone = a_product(merchant=item.merchant, archived_at=now())
    a_price(product=gone)
    strange = a_price(merchant=a_merchant())
    allow(
        configuration,
        allows_plan_change=True,
        plan_products=[pro.id, gone.id],
        plan_prices=[strange.id],
    )
    assert prices(plan_offers(item, configuration)) == [item.price_id]


def test_more_than_ten_can_be_listed(item, configuration, pro):
    listed = [a_price(product=pro, unit_amount=amount) for amount in range(25)]
    allow(configuration, allows_plan_change=True, plan_products=[pro.id])
    assert prices(plan_offers(item, configuration))[1:] == [price.id for price in listed]


def test_what_is_switched_off_is_refused(item, configuration, pro):
    allow(configuration, plan_products=[pro.id])
    with pytest.raises(NotOffered):
        wanted(item, configuration, a_price(product=pro), 1)
    with pytest.raises(NotOffered):
        wanted(item, configuration, item.price, 2)
    with pytest.raises(NotOffered):
        plan_options.require_choice(configuration)


def test_quantities_keep_to_the_limits_of_the_product(item, configuration):
    product = item.price.product_id
    allow(configuration, allows_quantity=True, quantity_limits={product: [2, 5]})
    assert wanted(item, configuration, item.price, 5).quantity == 5
    for quantity in (6, 0):
        with pytest.raises(QuantityNotOffered):
            wanted(item, configuration, item.price, quantity)


def test_the_rules_are_those_of_the_configuration(item, configuration):
    allow(
        configuration,
        allows_quantity=True,
        proration=Proration.INVOICE_NOW,
        downgrades="at_period_end",
        ends_trial_on_change=True,
    )
    found = wanted(item, configuration, item.price, 2)
    assert (found.proration, found.timing, found.ends_trial) == (
        Proration.INVOICE_NOW,
        Timing.DOWNGRADES_AT_PERIOD_END,
        True,
    )


def test_what_can_be_begun_is_listed_apart(item, configuration, pro):
    price = a_price(product=pro)
    customer = item.subscription.customer
    assert subscribe_offers(customer, configuration) == []
    allow(configuration, allows_subscribing=True, subscribe_products=[pro.id])
    assert prices(subscribe_offers(customer, configuration)) == [price.id]
    plan_options.require_subscribable(configuration, price, 1)
    with pytest.raises(NotOffered):
        plan_options.require_subscribable(configuration, item.price, 1)
    with pytest.raises(QuantityNotOffered):
        plan_options.require_subscribable(configuration, price, 2)


def test_only_durations_that_are_offered_can_be_chosen(configuration):
    with pytest.raises(NotOffered):
        plan_options.require_pause(configuration, 1)
    allow(configuration, allows_pause=True, pause_months=[1, 3])
    plan_options.require_pause(configuration, 3)
    with pytest.raises(PauseTooLong):
        plan_options.require_pause(configuration, 2)
