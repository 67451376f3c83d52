from datetime import date
from zoneinfo import ZoneInfo

import pytest

from portal.accounts.countries import currency_of, language_of, time_zone_of, time_zones
from portal.addresses import COUNTRIES
from portal.billing.money import EXPONENTS

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("country", "zone", "currency", "language"),
    [
        ("DE", "Europe/Berlin", "EUR", "de"),
        ("FR", "Europe/Paris", "EUR", "fr"),
        ("CH", "Europe/Zurich", "CHF", "de"),
        ("US", "America/New_York", "USD", "en"),
        ("JP", "Asia/Tokyo", "JPY", "en"),
        ("XX", "UTC", "EUR", "en"),
    ],
)
def test_habits_of_a_country(country: str, zone: str, currency: str, language: str):
    assert time_zone_of(country) == zone
    assert currency_of(country, TODAY) == currency
    assert language_of(country) == language


def test_every_country_has_a_zone_and_a_currency_that_exist():
    for country in COUNTRIES:
        assert ZoneInfo(time_zone_of(country))
        assert currency_of(country, TODAY) in EXPONENTS


def test_every_time_zone_offered_exists():
    assert all(ZoneInfo(name) for name in time_zones())
    assert {"Europe/Berlin", "Europe/Paris", "America/New_York", "UTC"} <= set(time_zones())
