import pytest

from portal.billing.errors import PriceNotUsable
from portal.billing.plan_errors import AlreadySubscribed, SubscriptionNotEnded
from portal.billing.resubscribing import begin, collection_for, trial_days_for
from portal.billing.subscription_status import CollectionMethod
from tests.factories import NOW, a_customer, a_merchant, a_price, a_subscription

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def ended():
    subscription = a_subscription()
    subscription.cancel_now(at=NOW)
    return subscription.reload()


def test_what_has_ended_begins_again_as_a_subscription_of_its_own(ended):
    again = begin(ended.customer, ended.item.price, at=NOW, earlier=ended)
    assert again.id != ended.id
    assert again.invoices.get().billing_reason == "subscription_create"
    assert ended.reload().status == "canceled"


def test_what_runs_is_not_begun_again():
    subscription = a_subscription()
    with pytest.raises(SubscriptionNotEnded):
        begin(subscription.customer, subscription.item.price, at=NOW, earlier=subscription)


def test_a_product_is_subscribed_to_once(ended):
    price = ended.item.price
    begin(ended.customer, price, at=NOW, earlier=ended)
    other = a_price(product=price.product, interval="year")
    with pytest.raises(AlreadySubscribed):
        begin(ended.customer, other, at=NOW)


def test_the_same_request_twice_begins_one(ended):
    given = {"at": NOW, "earlier": ended, "subscription_id": "sub_once"}
    one, two = (begin(ended.customer, ended.item.price, **given) for _ in range(2))
    assert one == two


def test_a_product_is_tried_once():
    merchant = a_merchant()
    price = a_price(merchant=merchant, trial_days=14)
    customer = a_customer(merchant=merchant)
    assert trial_days_for(customer, price) == 14
    begin(customer, price, at=NOW).cancel_now(at=NOW)
    assert trial_days_for(customer, price) == 0
    assert begin(customer, price, at=NOW).status == "incomplete"


def test_a_price_that_is_sold_no_longer_is_refused(ended):
    price = ended.item.price
    price.archived_at = NOW
    price.save()
    with pytest.raises(PriceNotUsable):
        begin(ended.customer, price, at=NOW, earlier=ended)


def test_it_is_paid_as_before(ended):
    ended.collection_method = CollectionMethod.SEND_INVOICE
    assert collection_for(ended.customer, ended) == CollectionMethod.SEND_INVOICE
    assert collection_for(ended.customer, None) == CollectionMethod.CHARGE_AUTOMATICALLY
    ended.customer.merchant.gateway = "bank_transfer"
    assert collection_for(ended.customer, None) == CollectionMethod.SEND_INVOICE
