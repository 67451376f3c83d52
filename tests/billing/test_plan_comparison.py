import pytest

from portal.billing.plan_comparison import PlanKind, compare
from tests.factories import a_merchant, a_price, a_product

pytestmark = pytest.mark.usefixtures("db")
UP, DOWN, SAME = PlanKind.UPGRADE, PlanKind.DOWNGRADE, PlanKind.SAME


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ((1000, "month", 1), (2000, "month", 1), UP),
        ((2000, "month", 1), (1000, "month", 1), DOWN),
        ((1000, "month", 1), (1000, "month", 1), SAME),
        ((12000, "year", 1), (2000, "month", 1), DOWN),
        ((1000, "month", 1), (10000, "year", 1), UP),
        ((1000, "month", 1), (3000, "month", 3), UP),
        ((700, "week", 1), (100, "day", 1), DOWN),
    ],
)
def test_a_change_within_a_product_is_up_down_or_neither(old, new, kind):
    product = a_product(merchant=a_merchant())
    before, after = (
        a_price(product=product, unit_amount=amount, interval=interval, interval_count=count)
        for amount, interval, count in (old, new)
    )
    assert compare(before, 1, after, 1) == kind


def test_a_cheaper_product_is_a_downgrade_even_by_the_year():
    merchant = a_merchant()
    pro = a_price(merchant=merchant, unit_amount=5000)
    basic = a_price(merchant=merchant, unit_amount=10000, interval="year")
    assert compare(pro, 1, basic, 1) == DOWN


def test_more_of_the_same_is_an_upgrade_and_less_a_downgrade():
    price = a_price(merchant=a_merchant())
    assert compare(price, 2, price, 3) == UP
    assert compare(price, 3, price, 2) == DOWN
