"""Prices: made once, and archived instead of changed."""

import pytest

from portal.billing.products import Price
from tests.factories import a_price, a_user
from tests.web.dashboard.test_products import MONTHLY


@pytest.fixture
def user(db):
    return a_user()


@pytest.fixture
def dashboard(user, staff):
    return staff(user)


@pytest.fixture
def price(user):
    return a_price(merchant=user.merchant)


def test_a_price_is_added(dashboard, price):
    url = f"/dashboard/products/{price.product_id}/prices"
    assert dashboard.get(f"{url}/new").status_code == 200
    answer = dashboard.post(
        url, data=MONTHLY | {"interval": "year", "unit_amount": "190"}, follow_redirects=True
    )
    assert "€190.00 per year, incl. VAT" in answer.text


def test_a_wrong_price_is_said_and_not_added(dashboard, price):
    url = f"/dashboard/products/{price.product_id}/prices"
    answer = dashboard.post(url, data=MONTHLY | {"unit_amount": "x"})
    assert answer.status_code == 422
    assert 'id="unit_amount-errors"' in answer.text
    assert Price.select().count() == 1


def test_a_lookup_key_in_use_is_said_at_its_field(dashboard, user, price):
    a_price(product=price.product, lookup_key="basic")
    url = f"/dashboard/products/{price.product_id}/prices"
    answer = dashboard.post(url, data=MONTHLY | {"lookup_key": "basic"})
    assert answer.status_code == 422
    assert 'id="lookup_key-errors"' in answer.text


def test_preview_and_rows_work_here_too(dashboard, price):
    url = f"/dashboard/products/{price.product_id}/prices"
    assert "€19.00 per month" in dashboard.post(url, data=MONTHLY | {"preview": "1"}).text
    assert (
        'name="tiers-2-up_to"'
        in dashboard.post(
            url, data=MONTHLY | {"add_tier": "1", "tiers-0-up_to": "", "tiers-1-up_to": ""}
        ).text
    )
    assert Price.select().count() == 1


def test_only_the_nickname_changes(dashboard, price):
    url = f"/dashboard/prices/{price.id}"
    assert "cannot change" in dashboard.get(f"{url}/edit").text
    dashboard.post(
        url, data={"nickname": "Old", "unit_amount": "1", "currency": "USD", "interval": "day"}
    )
    changed = price.reload()
    assert changed.nickname == "Old"
    assert (changed.unit_amount, changed.currency, changed.interval) == (1999, "EUR", "month")


def test_a_nickname_that_is_too_long_is_refused(dashboard, price):
    answer = dashboard.post(f"/dashboard/prices/{price.id}", data={"nickname": "x" * 251})
    assert answer.status_code == 422


def test_the_last_price_is_not_archived(dashboard, price):
    url = f"/dashboard/prices/{price.id}/archive"
    answer = dashboard.post(url, follow_redirects=True)
    assert "Add the new one first." in answer.text
    assert not price.reload().is_archived


def test_a_price_is_archived_and_sold_again(dashboard, price):
    a_price(product=price.product)
    url = f"/dashboard/prices/{price.id}/archive"
    assert "Archived" in dashboard.post(url, follow_redirects=True).text
    assert price.reload().is_archived
    dashboard.post(f"{url}/deletion")
    assert not price.reload().is_archived


@pytest.mark.parametrize("path", ["", "/archive", "/archive/deletion"])
def test_a_foreign_price_cannot_be_changed(dashboard, path):
    foreign = a_price()
    a_price(product=foreign.product)
    assert dashboard.get(f"/dashboard/prices/{foreign.id}/edit").status_code == 404
    answer = dashboard.post(f"/dashboard/prices/{foreign.id}{path}", data={"nickname": "mine"})
    assert answer.status_code == 404
    assert foreign.reload().nickname == ""


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({}, "tiers-0-unit_amount", "Enter at least one tier."),
        (
            {
                "tiers-0-up_to": "10",
                "tiers-0-unit_amount": "3",
                "tiers-1-up_to": "10",
                "tiers-1-unit_amount": "2",
                "tiers-2-unit_amount": "1",
            },
            "tiers-2-up_to",
            "Each tier must end above the one before it.",
        ),
    ],
)
def test_wrong_tiers_are_said_where_they_are_typed(dashboard, price, given, field, said):
    url = f"/dashboard/products/{price.product_id}/prices"
    page = dashboard.post(url, data=MONTHLY | {"model": "graduated"} | given).text

    assert said in page.partition(f'id="{field}-errors"')[2].partition("</ul>")[0]
    assert f'href="#{field}"' in page


def test_tiers_are_said_on_the_page_of_the_product(dashboard, price):
    tiers = [
        {"up_to": 10, "unit_amount": 500, "flat_amount": 0},
        {"up_to": None, "unit_amount": 400, "flat_amount": 2000},
    ]
    a_price(product=price.product, model="graduated", tiers_data=tiers)
    text = dashboard.get(f"/dashboard/products/{price.product_id}").text
    assert "from €5.00 per month" in text
    assert "From unit 11: €4.00 each, plus €20.00" in text
