from datetime import timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import IntegrityError

from portal.billing import discounts
from portal.billing.coupon_errors import (
    CouponArchived,
    CouponCurrencyDiffers,
    CouponNotForProduct,
    CouponOver,
    CouponUsedUp,
    DiscountOver,
)
from portal.billing.coupons import Coupon, Discount
from portal.billing.errors import SubscriptionEnded
from portal.billing.events import Event
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.money import MAX_AMOUNT, Money
from portal.billing.products import Price
from tests.factories import (
    NOW,
    a_coupon,
    a_customer,
    a_merchant,
    a_price,
    a_product,
    a_subscription,
    utc,
)
from tests.support.queries import count_queries

SECOND = timedelta(seconds=1)


class Line(NamedTuple):
    amount: int
    price: Price | None = None


def line(amount: int, product: str = "prod_1", currency: str = "EUR") -> Line:
    return Line(amount, Price(product=product, currency=currency))


def percent(hundredths: int, **given) -> Coupon:
    return Coupon(percent_off=hundredths, **given)


def amount(minor_units: int, **given) -> Coupon:
    return Coupon(amount_off=minor_units, **{"currency": "EUR"} | given)


# ── what is taken off ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("coupon", "lines", "off"),
    [
        (percent(2000), [1999], [400]),
        (percent(1), [5000], [1]),
        (percent(1), [4999], [0]),
        (percent(3333), [100, 100, 100], [33, 33, 33]),
        (percent(10_000), [1999, 1], [1999, 1]),
        (amount(500), [1999], [500]),
        (amount(500), [300], [300]),
        (amount(100), [100, 100, 100], [34, 33, 33]),
        (amount(1), [1, 2, 3], [0, 0, 1]),
        (amount(500), [0], [0]),
        (amount(500), [], []),
    ],
)
def test_what_a_coupon_takes_off(coupon, lines, off):
    assert discounts.take_off([line(each) for each in lines], coupon) == off


def test_credits_get_nothing_off():
    assert discounts.take_off([line(-500), line(1000)], percent(5000)) == [0, 500]
    assert discounts.take_off([line(-500), line(1000)], amount(2000)) == [0, 1000]


def test_certain_products_only():
    lines = [line(1000, "prod_1"), line(1000, "prod_2"), Line(1000)]

    assert discounts.take_off(lines, percent(1000, products=["prod_2"])) == [0, 100, 0]
    assert discounts.take_off(lines, amount(300, products=["prod_2"])) == [0, 300, 0]
    assert discounts.take_off(lines, amount(300)) == [100, 100, 100]


def test_an_amount_in_another_currency_takes_nothing_off():
    assert discounts.take_off([line(1000, currency="CHF")], amount(300)) == [0]


lines = st.lists(st.integers(-MAX_AMOUNT, MAX_AMOUNT).map(line), max_size=12)


@given(lines, st.integers(1, MAX_AMOUNT))
def test_an_amount_is_spread_exactly_and_never_beyond_a_line(items, off):
    taken = discounts.take_off(items, amount(off))

    owed = [max(item.amount, 0) for item in items]
    assert sum(taken) == min(off, sum(owed))
    assert all(0 <= part <= whole for part, whole in zip(taken, owed, strict=True))


@given(lines, st.integers(1, 10_000))
def test_a_percentage_is_half_a_unit_off_at_most_and_never_beyond_a_line(items, off):
    taken = discounts.take_off(items, percent(off))

    owed = [max(item.amount, 0) for item in items]
    for part, whole in zip(taken, owed, strict=True):
        assert 0 <= part <= whole
        assert abs(part * 10_000 - whole * off) * 2 <= 10_000
        assert Money(part, "EUR").amount == part


# ── giving and taking away ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def customer(db):
    return a_customer()


@pytest.fixture
def subscription(customer):
    return a_subscription(customer=customer)


def test_giving_a_coupon_counts_it_and_writes_it_down(customer, subscription):
    coupon = a_coupon(merchant=customer.merchant)

    discount = discounts.give(coupon, customer, subscription, at=NOW)

    assert coupon.reload().times_redeemed == 1
    assert (discount.starts_at, discount.ends_at, discount.source) == (NOW, None, "merchant")
    event = Event.get(Event.type == "customer.discount.created")
    assert (event.customer_id, event.data["name"]) == (customer.id, "Welcome")


def test_a_later_discount_replaces_the_earlier_one_in_its_place_only(customer, subscription):
    coupon = a_coupon(merchant=customer.merchant)
    of_customer = discounts.give(coupon, customer, at=NOW)
    first = discounts.give(coupon, customer, subscription, at=NOW)
    later = NOW + SECOND

    second = discounts.give(coupon, customer, subscription, at=later)

    assert first.reload().ended_at == later
    assert of_customer.reload().ended_at is None
    assert find(subscription, NOW) == first
    assert find(subscription, later) == second


def test_the_database_keeps_one_discount_a_place(customer):
    discount = discounts.give(a_coupon(merchant=customer.merchant), customer, at=NOW)

    with pytest.raises(IntegrityError):
        Discount.create(
            merchant=customer.merchant, customer=customer, coupon=discount.coupon, starts_at=NOW
        )


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"archived_at": NOW}, CouponArchived),
        ({"redeem_by": NOW}, CouponOver),
        ({"max_redemptions": 3, "times_redeemed": 3}, CouponUsedUp),
        ({"amount_off": 500, "currency": "CHF"}, CouponCurrencyDiffers),
        ({"products": ["prod_other"]}, CouponNotForProduct),
    ],
)
def test_a_coupon_that_cannot_be_given_is_refused(customer, subscription, given, refusal):
    coupon = a_coupon(merchant=customer.merchant, **given)

    with pytest.raises(refusal):
        discounts.give(coupon, customer, subscription, at=NOW)

    assert coupon.reload().times_redeemed == given.get("times_redeemed", 0)


def test_until_the_last_moment_it_can_be_given(customer):
    coupon = a_coupon(merchant=customer.merchant, redeem_by=NOW + SECOND, max_redemptions=1)

    assert discounts.give(coupon, customer, at=NOW).starts_at == NOW


def test_what_has_ended_is_given_nothing(customer, subscription):
    subscription.cancel_now(at=NOW)

    with pytest.raises(SubscriptionEnded):
        discounts.give(a_coupon(merchant=customer.merchant), customer, subscription, at=NOW)


def test_taking_a_discount_away_ends_it_once(customer):
    discount = discounts.give(a_coupon(merchant=customer.merchant), customer, at=NOW)

    discounts.take_away(discount, at=NOW + SECOND)

    assert discount.reload().ended_at == NOW + SECOND
    assert Event.select().where(Event.type == "customer.discount.deleted").count() == 1
    with pytest.raises(DiscountOver):
        discounts.take_away(discount, at=NOW + SECOND)


# ── which one counts ───────────────────────────────────────────────────────────────────────────


def find(subscription, at):
    found = discounts.in_force([subscription.id], [subscription.customer_id], at)
    return found.of(subscription.id, subscription.customer_id)


def test_the_subscriptions_own_comes_before_the_customers(customer, subscription):
    coupon = a_coupon(merchant=customer.merchant, duration="forever")
    of_customer = discounts.give(coupon, customer, at=NOW)
    other = a_subscription(customer=customer)

    own = discounts.give(coupon, customer, subscription, at=NOW)

    assert find(subscription, NOW) == own
    assert find(other, NOW) == of_customer


def test_a_batch_is_looked_up_with_one_query(customer, subscription):
    discounts.give(a_coupon(merchant=customer.merchant), customer, subscription, at=NOW)
    others = [a_customer(merchant=customer.merchant) for _ in range(3)]
    ids = [each.id for each in [customer, *others]]

    with count_queries() as asked:
        found = discounts.in_force([subscription.id], ids, NOW)
        assert found.of(subscription.id, customer.id).coupon.percent_off == 2000
        assert found.of(None, others[0].id) is None

    assert len(asked) == 1


@pytest.mark.parametrize(
    ("months", "given_at", "ends"),
    [
        (1, utc(2026, 1, 31, 12), utc(2026, 2, 28, 12)),
        (3, utc(2026, 3, 10, 12), utc(2026, 6, 10, 11)),  # in Berlin noon is an hour earlier then
        (12, utc(2028, 2, 29, 12), utc(2029, 2, 28, 12)),
    ],
)
def test_months_are_those_of_the_merchants_calendar(db, months, given_at, ends):
    customer = a_customer(merchant=a_merchant(time_zone="Europe/Berlin"))
    coupon = a_coupon(merchant=customer.merchant, duration="repeating", duration_in_months=months)

    discount = discounts.give(coupon, customer, at=given_at)

    assert discount.ends_at == ends
    last = discounts.in_force([], [customer.id], ends - SECOND)
    assert last.of(None, customer.id) == discount
    assert discounts.in_force([], [customer.id], ends).of(None, customer.id) is None
    assert discounts.in_force([], [customer.id], given_at - SECOND).of(None, customer.id) is None


def test_once_ends_with_the_invoice_that_carried_it(customer, subscription):
    once = discounts.give(a_coupon(merchant=customer.merchant), customer, subscription, at=NOW)
    forever = discounts.give(
        a_coupon(merchant=customer.merchant, duration="forever"), customer, at=NOW
    )

    discounts.used([find(subscription, NOW), forever], NOW + SECOND)

    assert once.reload().ended_at == NOW + SECOND
    assert find(subscription, NOW + SECOND) == forever
    with pytest.raises(DiscountOver):
        discounts.used([once], NOW + SECOND)


def test_of_a_customers_subscriptions_in_a_batch_one_carries_the_discount_for_one_invoice(
    customer, subscription
):
    other = a_subscription(customer=customer)
    discount = discounts.give(a_coupon(merchant=customer.merchant), customer, at=NOW)

    found = discounts.in_force([subscription.id, other.id], [customer.id], NOW)

    assert found.of(subscription.id, customer.id) == discount
    assert found.of(other.id, customer.id) is None
    assert found.of(subscription.id, customer.id) == discount


def test_a_coupon_for_a_product_is_given_with_a_change_to_it(customer, subscription):
    product = a_product(merchant=customer.merchant)
    price = a_price(product=product)
    coupon = a_coupon(merchant=customer.merchant, products=[product.id])

    discount = discounts.give(coupon, customer, subscription, at=NOW, price=price)

    assert discount.coupon == coupon


def test_a_discount_that_was_listed_can_be_taken_away(customer):
    discounts.give(a_coupon(merchant=customer.merchant), customer, at=NOW)
    (listed,) = discounts.of_customer(customer, NOW)

    discounts.take_away(listed, at=NOW + SECOND)

    assert discounts.of_customer(customer, NOW + SECOND) == []


def test_an_invoice_that_is_not_reduced_uses_nothing_up(customer, subscription):
    product = a_product(merchant=customer.merchant)
    coupon = a_coupon(merchant=customer.merchant, products=[product.id])
    discount = discounts.give(coupon, customer, at=NOW)
    other = a_subscription(customer=customer, price=a_price(product=product), at=NOW + SECOND)

    subscription.renew(at=subscription.current_period_end)

    assert [invoice.total for invoice in subscription.invoices] == [1999, 1999]
    assert [invoice.total for invoice in other.invoices] == [1599]
    assert discount.reload().ended_at == NOW + SECOND


def test_a_discount_is_on_the_line_of_the_invoice(customer, subscription):
    coupon = a_coupon(merchant=customer.merchant, amount_off=500, name="Five off")
    discounts.give(coupon, customer, subscription, at=NOW + SECOND)

    subscription.renew(at=subscription.current_period_end)

    invoice = subscription.invoices.order_by(Invoice.id.desc()).first()
    (line,) = InvoiceLine.of(invoice)
    assert (line.amount, line.discount_amount, line.discount_name) == (1999, 500, "Five off")
    assert invoice.total == line.gross == 1499
