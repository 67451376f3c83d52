import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.billing.money import MAX_AMOUNT
from portal.billing.tax import (
    TAX_CODES,
    TaxBehavior,
    TaxCategory,
    TaxCodeUnknown,
    TaxedAmount,
    TaxRateUnknown,
    place_of_supply,
    rate_for,
    tax_line,
)
from portal.billing.tax_rates import EU, FIRST_DAY, RATES

TODAY = date(2026, 11, 1)
STANDARD = """
AT 20 | BE 21 | BG 20 | CY 19 | CZ 21 | DE 19 | DK 25 | EE 24 | ES 21 | FI 25.5 | FR 20 | GR 24
HR 25 | HU 27 | IE 23 | IT 22 | LT 21 | LU 17 | LV 21 | MT 18 | NL 21 | PL 23 | PT 23 | RO 21
SE 25 | SI 22 | SK 23 | GB 20 | CH 8.1 | NO 25
"""
STANDARD_RATES = dict(re.findall(r"([A-Z]{2}) ([\d.]+)", STANDARD))

amounts = st.integers(-MAX_AMOUNT, MAX_AMOUNT)
rates = st.decimals(0, 50, places=2)
behaviors = st.sampled_from(TaxBehavior)


@given(amounts, rates, behaviors)
def test_net_and_tax_are_the_gross(amount, rate, behavior):
    line = tax_line(amount, rate, behavior)

    assert line.net + line.tax == line.gross
    assert amount == (line.gross if behavior == TaxBehavior.INCLUSIVE else line.net)


@given(amounts, rates)
def test_putting_tax_on_what_it_was_taken_from_is_at_most_a_unit_off(amount, rate):
    inclusive = tax_line(amount, rate, TaxBehavior.INCLUSIVE)
    exclusive = tax_line(inclusive.net, rate, TaxBehavior.EXCLUSIVE)

    assert abs(exclusive.gross - inclusive.gross) <= 1
    assert abs(exclusive.tax - inclusive.tax) <= 1


@given(amounts, rates)
def test_tax_is_what_a_decimal_calculator_says(amount, rate):
    exact = Decimal(amount) * rate / 100
    expected = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert tax_line(amount, rate, TaxBehavior.EXCLUSIVE).tax == expected


@given(amounts, rates, behaviors)
def test_a_credit_takes_back_exactly_what_was_charged(amount, rate, behavior):
    charge, credit = tax_line(amount, rate, behavior), tax_line(-amount, rate, behavior)
    assert (credit.net, credit.tax, credit.gross) == (-charge.net, -charge.tax, -charge.gross)


@pytest.mark.parametrize(
    ("amount", "rate", "behavior", "taxed"),
    [
        (1999, "19", TaxBehavior.INCLUSIVE, TaxedAmount(1680, 319, 1999)),
        (1999, "19", TaxBehavior.EXCLUSIVE, TaxedAmount(1999, 380, 2379)),
        (50, "5", TaxBehavior.EXCLUSIVE, TaxedAmount(50, 3, 53)),
        (21, "5", TaxBehavior.INCLUSIVE, TaxedAmount(20, 1, 21)),
        (1999, "0", TaxBehavior.INCLUSIVE, TaxedAmount(1999, 0, 1999)),
        (1000, "5.5", TaxBehavior.INCLUSIVE, TaxedAmount(948, 52, 1000)),
        (0, "19", TaxBehavior.EXCLUSIVE, TaxedAmount(0, 0, 0)),
    ],
)
def test_tax_of_a_line(amount, rate, behavior, taxed):
    assert tax_line(amount, Decimal(rate), behavior) == taxed


@pytest.mark.parametrize("rate", [0.19, 19, "20"])
def test_a_rate_is_a_decimal(rate):
    with pytest.raises(TypeError):
        tax_line(100, rate, TaxBehavior.EXCLUSIVE)


def test_the_table_has_the_union_and_three_neighbours():
    assert set(STANDARD_RATES) == EU | {"GB", "CH", "NO"}
    assert len(EU) == 27
    assert {country for country, _ in RATES} == set(STANDARD_RATES)


@pytest.mark.parametrize(("country", "rate"), STANDARD_RATES.items())
def test_standard_rates_of_today(country, rate):
    assert rate_for(country, "digital_service", TODAY) == Decimal(rate)


@pytest.mark.parametrize(
    ("country", "code", "on", "rate"),
    [
        ("DE", "digital_service", date(2020, 6, 30), "19"),
        ("DE", "digital_service", date(2020, 7, 1), "16"),
        ("DE", "digital_service", date(2020, 12, 31), "16"),
        ("DE", "digital_service", date(2021, 1, 1), "19"),
        ("DE", "books", date(2020, 12, 31), "5"),
        ("DE", "ebooks", TODAY, "7"),
        ("EE", "services", date(2025, 6, 30), "22"),
        ("EE", "services", date(2025, 7, 1), "24"),
        ("SK", "services", date(2024, 12, 31), "20"),
        ("SK", "services", date(2025, 1, 1), "23"),
        ("FI", "services", date(2024, 8, 31), "24"),
        ("FI", "services", date(2024, 9, 1), "25.5"),
        ("RO", "services", date(2025, 7, 31), "19"),
        ("RO", "services", date(2025, 8, 1), "21"),
        ("CH", "services", date(2023, 12, 31), "7.7"),
        ("FR", "newspapers", TODAY, "2.1"),
        ("GB", "ebooks", date(2020, 4, 30), "20"),
        ("GB", "ebooks", date(2020, 5, 1), "0"),
        ("DK", "books", TODAY, "25"),
        ("DE", "", TODAY, "19"),
        ("MC", "books", TODAY, "5.5"),
        ("LI", "services", TODAY, "8.1"),
        ("DE", "not_taxable", TODAY, "0"),
        ("US", "services", TODAY, "0"),
        (None, "services", TODAY, "0"),
    ],
)
def test_the_rate_is_that_of_the_day(country, code, on, rate):
    assert rate_for(country, code, on) == Decimal(rate)


def test_a_day_before_the_table_has_no_rate():
    with pytest.raises(TaxRateUnknown):
        rate_for("DE", "services", date(2019, 12, 31))


def test_a_code_that_is_not_in_the_list_is_refused():
    with pytest.raises(TaxCodeUnknown):
        rate_for("DE", "gambling", TODAY)
    with pytest.raises(TaxCodeUnknown):
        place_of_supply("DE", "DE", "gambling")


@pytest.mark.parametrize("steps", RATES.values())
def test_steps_of_a_rate_follow_each_other(steps):
    days = [day for day, _ in steps]
    assert days == sorted(set(days))
    assert days[0] == FIRST_DAY
    assert all(0 <= rate <= 27 for _, rate in steps)


@pytest.mark.parametrize("country", sorted(STANDARD_RATES))
@pytest.mark.parametrize("code", TAX_CODES)
def test_no_category_is_dearer_than_the_standard(country, code):
    assert rate_for(country, code, TODAY) <= rate_for(country, "services", TODAY)


def test_every_category_has_a_code():
    assert {entry.category for entry in TAX_CODES.values()} == set(TaxCategory)


@pytest.mark.parametrize(
    ("seller", "buyer", "code", "place"),
    [
        ("DE", "DE", "digital_service", "DE"),
        ("DE", None, "digital_service", "DE"),
        ("DE", "", "digital_service", "DE"),
        ("DE", "FR", "digital_service", "FR"),
        ("DE", "FR", "ebooks", "FR"),
        ("DE", "FR", "physical_goods", "FR"),
        ("DE", "FR", "consulting", "DE"),
        ("DE", "MC", "digital_service", "FR"),
        ("FR", "MC", "consulting", "FR"),
        ("DE", "CH", "digital_service", None),
        ("DE", "US", "physical_goods", None),
        ("CH", "DE", "digital_service", None),
        ("GB", "IE", "digital_service", None),
        ("GB", "GB", "digital_service", "GB"),
        ("CH", "LI", "digital_service", "CH"),
        ("US", "CA", "digital_service", None),
    ],
)
def test_whose_tax_a_consumer_pays(seller, buyer, code, place):
    assert place_of_supply(seller, buyer, code) == place
