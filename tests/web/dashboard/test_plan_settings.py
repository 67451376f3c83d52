"""The section "Subscriptions" of the portal's options."""

import pytest

from portal.billing.proration import Proration
from portal.selfservice.configurations import PortalConfiguration
from tests.factories import a_merchant, a_price, a_product, a_user
from tests.web.dashboard.test_portal_settings import URL, filled


@pytest.fixture
def user(db):
    return a_user()


@pytest.fixture
def member(staff, user):
    return staff(user)


@pytest.fixture
def pro(user):
    return a_product(merchant=user.merchant, name="Pro")


@pytest.fixture
def price(pro):
    return a_price(product=pro)


def stored(user):
    return PortalConfiguration.default_of(user.merchant).reload()


def test_edit_offers_the_catalogue(member, price):
    text = member.get(URL).text
    for words in ("Pro", "All prices, also new ones", "€19.99 per month"):
        assert words in text


def test_without_a_price_it_says_where_to_add_one(member):
    assert "There is no recurring price yet." in member.get(URL).text


def test_update_stores_every_option(member, user, pro, price):
    answer = member.post(
        URL,
        data=filled(
            allows_plan_change="y",
            plan_products=[pro.id],
            plan_prices=[price.id],
            allows_quantity="y",
            proration="always_invoice",
            downgrades="at_period_end",
            ends_trial_on_change="y",
            allows_promotion_codes="y",
            allows_pause="y",
            pause_months=["3", "0"],
            allows_resubscription="y",
            allows_subscribing="y",
            subscribe_products=[pro.id],
            **{f"least-{pro.id}": "2", f"most-{pro.id}": "10"},
        ),
    )
    assert answer.status_code == 303
    found = stored(user)
    assert (found.plan_products, found.plan_prices) == ([pro.id], [price.id])
    assert found.subscribe_products == [pro.id]
    assert found.quantity_limits == {pro.id: [2, 10]}
    assert found.proration == Proration.INVOICE_NOW
    assert found.downgrades == "at_period_end"
    assert found.pause_months == [3, 0]
    for name in ("plan_change", "quantity", "promotion_codes", "pause", "resubscription"):
        assert getattr(found, f"allows_{name}")
    assert found.allows_subscribing
    assert found.ends_trial_on_change
    text = member.get(URL).text
    assert f'name="least-{pro.id}" value="2"' in text


def test_one_limit_is_enough(member, user, pro, price):
    member.post(URL, data=filled(allows_quantity="y", **{f"least-{pro.id}": "5"}))
    assert stored(user).quantity_limits == {pro.id: [5, 999_999]}


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"allows_plan_change": "y"}, "Choose at least one product or price"),
        ({"allows_subscribing": "y"}, "Choose at least one product to subscribe"),
        ({"allows_pause": "y", "pause_months": []}, "Choose at least one duration"),
        ({"least": "x"}, "Limits are numbers"),
        ({"least": "5", "most": "4"}, "must not be above"),
        ({"least": "0"}, "must not be above"),
        ({"proration": "some"}, "Not a valid choice"),
        ({"pause_months": ["37"], "allows_pause": "y"}, "not a valid choice"),
    ],
)
def test_wrong_options_are_said_and_not_stored(member, user, pro, price, given, complaint):
    limits = {f"{end}-{pro.id}": given.pop(end) for end in ("least", "most") if end in dict(given)}
    answer = member.post(URL, data=filled(headline="New", **given, **limits))
    assert answer.status_code == 422
    assert complaint in answer.text
    assert stored(user).headline == ""


def test_products_of_others_cannot_be_listed(member, user, pro):
    strange = a_price(merchant=a_merchant())
    data = filled(allows_plan_change="y", plan_products=[strange.product_id])
    assert member.post(URL, data=data).status_code == 422
    assert stored(user).plan_products == []


def test_what_is_archived_keeps_its_place_in_the_list(member, user, pro, price):
    a_price(merchant=user.merchant)
    member.post(URL, data=filled(allows_plan_change="y", plan_products=[pro.id]))
    pro.archive(at=user.created_at)
    member.post(URL, data=filled())
    assert stored(user).plan_products == [pro.id]


def test_the_preview_shows_what_can_be_begun(member, user, pro, price):
    data = filled(allows_subscribing="y", subscribe_products=[pro.id])
    answer = member.post(f"{URL}/preview", data=data, headers={"HX-Request": "true"})
    assert "allows_subscribing=1" in answer.text
