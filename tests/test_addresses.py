"""Addresses are set as the post of their country wants them."""

import pytest

from portal.addresses import address_lines
from portal.billing.addresses import Address


@pytest.mark.parametrize(
    ("country", "lines"),
    [
        ("DE", ["Street 1", "10115 Town"]),
        ("FR", ["Street 1", "10115 Town"]),
        ("GB", ["Street 1", "Town", "10115"]),
        ("US", ["Street 1", "Town, CA 10115"]),
        ("", ["Street 1", "10115 Town"]),
        ("??", ["Street 1", "10115 Town"]),
    ],
)
def test_postcode_and_town_stand_where_the_country_wants_them(country, lines):
    address = Address("Street 1", "", "10115", "Town", "CA", country)

    assert address_lines(address, "en", seen_from=country) == lines


def test_the_country_is_named_in_the_language_of_the_reader():
    assert address_lines(Address(city="Paris", country="FR"), "de") == ["Paris", "Frankreich"]


def test_an_empty_place_leaves_no_comma_behind():
    address = Address(line1="1 Main St", postal_code="94105", country="US")

    assert address_lines(address, "en", seen_from="US") == ["1 Main St", "94105"]


def test_a_percent_sign_in_an_address_is_text():
    assert address_lines(Address(line1="Haus %C", city="Ulm"), "de") == ["Haus %C", "Ulm"]
