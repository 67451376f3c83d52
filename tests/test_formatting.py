"""Figures, days and names as CLDR has them, and amounts as people type them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from portal.billing.money import EXPONENTS, CurrencyUnknown
from portal.formatting import (
    NotAnAmount,
    amount_digits,
    babel_locale,
    country_name,
    currency_name,
    date_long,
    date_medium,
    day_in,
    days,
    language_name,
    moment_long,
    money,
    number,
    parse_amount,
    percent,
)

LANGUAGES = st.sampled_from(["de", "fr", "en"])
CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD", "CHF", "GBP"])
AMOUNTS = st.integers(-99_999_999_999_999, 99_999_999_999_999)


@given(AMOUNTS, CURRENCIES, LANGUAGES)
def test_money_is_what_babel_writes(amount, currency, language):
    value = Decimal(amount).scaleb(-EXPONENTS[currency])
    expected = format_currency(value, currency, locale=babel_locale(language))
    # CLDR wants a space between letters and digits; Babel leaves it out.
    if language == "en" and currency in {"KWD", "CHF"}:
        expected = expected.replace(currency, f"{currency}\u00a0")

    assert money(amount, currency, language) == expected


@given(AMOUNTS.filter(lambda amount: amount >= 0), CURRENCIES, LANGUAGES)
def test_what_a_field_shows_can_be_read_back(amount, currency, language):
    assert parse_amount(amount_digits(amount, currency, language), currency, language) == amount


def test_digits_follow_the_pinned_table_and_not_the_habit_of_shops():
    assert money(123450, "HUF", "de") == "1.234,50\u00a0HUF"
    assert money(5000, "JPY", "de") == "5.000\u00a0¥"


def test_an_unknown_currency_is_refused():
    with pytest.raises(CurrencyUnknown):
        money(1, "XXX", "de")


@pytest.mark.parametrize(
    ("text", "currency", "language", "amount"),
    [
        ("1.234,50", "EUR", "de", 123450),
        ("12.50", "EUR", "de", 1250),
        ("12,5", "EUR", "de", 1250),
        (" 12 ", "EUR", "de", 1200),
        ("1.234", "EUR", "de", 123400),
        ("1,234.50", "EUR", "en", 123450),
        ("12,50", "EUR", "en", 1250),
        ("1 234,50", "EUR", "fr", 123450),
        ("1\u202f234,50", "EUR", "fr", 123450),
        ("1.234.567", "JPY", "de", 1234567),
        ("1.234", "KWD", "en", 1234),
        ("0", "EUR", "en", 0),
    ],
)
def test_amounts_are_read_as_people_type_them(text, currency, language, amount):
    assert parse_amount(text, currency, language) == amount


@pytest.mark.parametrize(
    ("text", "currency", "language"),
    [
        ("", "EUR", "de"),
        ("-5", "EUR", "de"),
        ("5 €", "EUR", "de"),
        ("1e3", "EUR", "en"),
        ("1.234", "EUR", "en"),
        ("1,2,3", "EUR", "de"),
        ("1.23,45", "EUR", "de"),
        ("1.5", "JPY", "de"),
        (",50", "EUR", "de"),
        ("١٢", "EUR", "de"),
        ("9" * 30, "EUR", "de"),
    ],
)
def test_what_is_no_amount_is_refused(text, currency, language):
    with pytest.raises(NotAnAmount):
        parse_amount(text, currency, language)


@pytest.mark.parametrize(
    ("rate", "language", "written"),
    [
        (19, "de", "19\u00a0%"),
        ("5.5", "fr", "5,5\u00a0%"),
        (Decimal("20.00"), "en", "20%"),
        (Fraction(17, 2), "de", "8,5\u00a0%"),
        ("0", "en", "0%"),
    ],
)
def test_rates_are_written_in_percent(rate, language, written):
    assert percent(rate, language) == written


def test_a_rate_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="reduced"):
        percent("reduced", "de")


def test_days_are_written_the_european_way():
    day = date(2026, 11, 21)

    assert date_long(day, "en") == "21 November 2026"
    assert date_long(day, "de") == "21. November 2026"
    assert date_medium(day, "fr") == "21 nov. 2026"
    assert days(date(2026, 11, 1), date(2026, 11, 30), "en") == "1–30 Nov 2026"


def test_french_counts_the_first_of_a_month():
    assert date_long(date(2027, 1, 1), "fr") == "1er janvier 2027"
    assert date_medium(date(2027, 1, 1), "fr") == "1er janv. 2027"
    assert date_long(date(2027, 1, 11), "fr") == "11 janvier 2027"
    assert date_long(date(2027, 1, 1), "de") == "1. Januar 2027"


def test_a_moment_is_seen_from_the_zone_of_the_reader():
    moment = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)

    assert day_in(moment, "Europe/Berlin") == date(2026, 11, 22)
    assert moment_long(moment, "Europe/Berlin", "de") == "22. November 2026, 00:30"


def test_names_are_those_of_the_language():
    assert country_name("FR", "de") == "Frankreich"
    assert language_name("de", "fr") == "allemand"
    assert currency_name("EUR", "en") == "Euro"
    assert country_name("ZZZ", "de") == "ZZZ"
    assert number(1234567, "de") == "1.234.567"
